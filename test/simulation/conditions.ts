import type { Fault, FaultKind } from './scenario.ts';

/** Which faults last at this instant. */
export class Conditions {
  readonly #lasting = new Set<Fault>();

  begin(fault: Fault): void {
    this.#lasting.add(fault);
  }

  end(fault: Fault): void {
    this.#lasting.delete(fault);
  }

  /** The fault of this kind that troubles the node, or whomever it may be, if there is one. */
  find(kind: FaultKind, node: number | null): Fault | undefined {
    for (const fault of this.#lasting) {
      if (fault.kind === kind && (node === null || fault.node === node)) return fault;
    }
    return undefined;
  }

  has(kind: FaultKind, node: number | null): boolean {
    return this.find(kind, node) !== undefined;
  }

  endAll(): void {
    this.#lasting.clear();
  }
}
