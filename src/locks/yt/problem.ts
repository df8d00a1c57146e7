import { Failed } from '../../failure.ts';
import type { Reaction } from './errors.ts';

/** A command that YT did not carry out, or of which nobody knows. Its message is one line that is safe to show. */
export class YtProblem extends Error {
  readonly reaction: Reaction;

  constructor(reaction: Reaction, message: string) {
    super(message);
    this.name = 'YtProblem';
    this.reaction = reaction;
  }
}

/** True when a command failed with that reaction. */
export function isYt(error: unknown, reaction: Reaction): boolean {
  return error instanceof YtProblem && error.reaction === reaction;
}

/** What the machine is told of an error that nothing more can be done about here; `hopeless` is not worth another try. */
export function failureOf(error: unknown, hopeless: readonly Reaction[]): unknown {
  if (!(error instanceof YtProblem)) return error;
  return new Failed(hopeless.includes(error.reaction) ? 'lockDenied' : 'lockUnavailable', error.message);
}
