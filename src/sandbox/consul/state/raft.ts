/** The index that grows with each change of a datacenter, and who waits for the next one. */
export class Raft {
  index = 10;
  readonly #waiting = new Set<() => void>();

  /** Another change: gives its index, and wakes who waits, once what changed has been written down. */
  next(): number {
    this.index += 1;
    queueMicrotask(() => {
      for (const wake of [...this.#waiting]) wake();
    });
    return this.index;
  }

  /** Calls `wake` after each change until the returned function is called. */
  onChange(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
