import type { Failure, FailureKind } from '../machines/vocabulary.ts';
import { Problem } from './problem.ts';

/** What a service rejects with: its failure as data is all that the machine keeps of it. */
export class Failed extends Problem<FailureKind> {
  readonly failure: Failure;

  constructor(kind: FailureKind, what: string) {
    super({ kind, what });
    this.failure = { kind, message: this.message };
  }
}
