import { ConsulProblem } from '../../consul/problem.ts';
import { Failed } from '../../failure.ts';

/** What the machine gets of an error that nothing more can be done about here. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof ConsulProblem)) return error;
  return new Failed(error.mayHeal || error.kind === 'gone' ? 'lockUnavailable' : 'lockDenied', error.message);
}
