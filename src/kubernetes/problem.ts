import { Problem } from '../problem.ts';

/**
 * What may be done about a request that failed.
 *
 * - `credentials`: what we should show cannot be had: a file or a plug-in is wrong
 * - `unauthorized`: the API server does not know whom we show ourselves as
 * - `forbidden`: it knows us, and we have no right to do this
 * - `notFound`: there is no such object
 * - `exists`: there is one already
 * - `conflict`: the object has changed since it was read, or is another one of the same name
 * - `expired`: the place in a list or in a watch is too old to go on from
 * - `refused`: it cannot do what was asked, and never will
 * - `unreadable`: what came is too large, or no text
 * - `stranger`: what answers there is no API server, or none that can be spoken to so
 * - `transient`: nothing is known about the request; it is worth asking again
 */
export type ProblemKind =
  | 'credentials'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'exists'
  | 'conflict'
  | 'expired'
  | 'refused'
  | 'unreadable'
  | 'stranger'
  | 'transient';

/** A request that Kubernetes did not carry out, or of which nobody knows. Its message is one line that is safe to show. */
export class KubernetesProblem extends Problem<ProblemKind> {
  /** How long the server asks to be left alone, in milliseconds. */
  readonly afterMs: number;

  constructor(kind: ProblemKind, message: string, afterMs = 0) {
    super({ kind, what: message });
    this.afterMs = afterMs;
  }
}

/** True when a request failed in one of these ways. */
export function isKubernetes(error: unknown, ...kinds: readonly ProblemKind[]): error is KubernetesProblem {
  return error instanceof KubernetesProblem && kinds.includes(error.kind);
}
