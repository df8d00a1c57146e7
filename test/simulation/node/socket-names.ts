/** The abstract sockets of one host. */
export class SocketNames {
  readonly #owners = new Map<string, { readonly pid: number; readonly inode: number }>();
  readonly #watches = new Map<number, (() => void)[]>();
  #made = 10_000;

  /** False when somebody has the name. */
  bind(name: string, pid: number): boolean {
    if (this.#owners.has(name)) return false;
    this.#made += 1;
    this.#owners.set(name, { pid, inode: this.#made });
    return true;
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  /** Has this happen once the process gives back a name, or dies. */
  onFreed(pid: number, act: () => void): void {
    this.#watches.set(pid, [...(this.#watches.get(pid) ?? []), act]);
  }

  free(name: string): void {
    const owner = this.#owners.get(name);
    this.#owners.delete(name);
    if (owner !== undefined) this.#tell(owner.pid);
  }

  /** The kernel frees what a process had. */
  freeAllOf(pid: number): void {
    for (const [name, owner] of this.#owners) if (owner.pid === pid) this.#owners.delete(name);
    this.#tell(pid);
  }

  /** As `/proc/net/unix` has them. */
  list(): string {
    const lines = [...this.#owners].map(
      ([name, { inode }]) => `0: 00000002 00000000 00010000 0001 01 ${inode} @${name}`,
    );
    return `Num       RefCount Protocol Flags    Type St Inode Path\n${lines.map((line) => `${line}\n`).join('')}`;
  }

  inodesOf(pid: number): readonly number[] {
    return [...this.#owners.values()].filter((owner) => owner.pid === pid).map(({ inode }) => inode);
  }

  #tell(pid: number): void {
    const watches = this.#watches.get(pid) ?? [];
    this.#watches.delete(pid);
    for (const act of watches) act();
  }
}
