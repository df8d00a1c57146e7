import type { Failure, FailureKind } from '../machines/vocabulary.ts';

/** The one error class of services: it carries a failure as data, which is all that the machine keeps of it. */
export class Failed extends Error {
  readonly failure: Failure;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = 'Failed';
    this.failure = { kind, message };
  }
}
