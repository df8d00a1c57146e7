import type { Fault, FaultKind } from './scenario.ts';

/** Which faults last at this instant. */
export class Conditions {
  readonly #lasting = new Map<Fault, () => void>();

  /** `undo` takes back, when the fault ends, what it did to the world beside lasting. */
  begin(fault: Fault, undo: () => void): void {
    this.#lasting.set(fault, undo);
  }

  /** A fault ends once: by its own time or with all others. */
  end(fault: Fault): void {
    const undo = this.#lasting.get(fault);
    this.#lasting.delete(fault);
    undo?.();
  }

  /** The fault of this kind that troubles the node, or whomever it may be, if there is one. */
  find(kind: FaultKind, node: number | null): Fault | undefined {
    for (const fault of this.#lasting.keys()) {
      if (fault.kind === kind && (node === null || fault.node === node)) return fault;
    }
    return undefined;
  }

  has(kind: FaultKind, node: number | null): boolean {
    return this.find(kind, node) !== undefined;
  }

  endAll(): void {
    for (const fault of [...this.#lasting.keys()]) this.end(fault);
  }
}
