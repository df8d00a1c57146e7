import { Failed } from '../../failure.ts';
import { KubernetesProblem, type ProblemKind } from '../../kubernetes/problem.ts';

/** What no retry helps with, until a person changes credentials, rights, address or name. */
const DENIED: ReadonlySet<ProblemKind> = new Set(['credentials', 'unauthorized', 'forbidden', 'refused', 'stranger']);

/** What the machine gets of an error that nothing more can be done about here. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof KubernetesProblem)) return error;
  const hint = error.kind === 'forbidden' ? ' (docs/lock-kubernetes.md has the Role that is needed)' : '';
  return new Failed(DENIED.has(error.kind) ? 'lockDenied' : 'lockUnavailable', `${error.message}${hint}`);
}
