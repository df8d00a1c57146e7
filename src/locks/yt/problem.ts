import { Failed } from '../../failure.ts';
import { Problem } from '../../problem.ts';
import type { Reaction } from './errors.ts';

/** A command that YT did not carry out, or of which nobody knows. Its message is one line that is safe to show. */
export class YtProblem extends Problem<Reaction> {
  /** YT does not know the token that was shown; another may be. */
  readonly refusesToken: boolean;

  constructor(kind: Reaction, message: string, refusesToken = false) {
    super({ kind, what: message });
    this.refusesToken = refusesToken;
  }
}

/** True when a command failed with that reaction. */
export function isYt(error: unknown, reaction: Reaction): boolean {
  return error instanceof YtProblem && error.kind === reaction;
}

/** What the machine gets of an error that nothing more can be done about here; `hopeless` is not worth another try. */
export function failureOf(error: unknown, hopeless: readonly Reaction[]): unknown {
  if (!(error instanceof YtProblem)) return error;
  return new Failed(hopeless.includes(error.kind) ? 'lockDenied' : 'lockUnavailable', error.message);
}
