import { Failed } from '../../failure.ts';
import { Problem } from '../../problem.ts';

/**
 * What the lock does about an error.
 *
 * - `gone`: the lease has ended, and the lock with it
 * - `exists`: there is a lease of this id already
 * - `denied`: no retry helps until a person changes user, password or rights, or the request
 * - `unauthenticated`: the token is no longer taken; a new one may be
 * - `authOff`: the server knows no users
 * - `stranger`: what answers at this endpoint is no etcd that we can speak to; another endpoint may be
 * - `transient`: nothing is known about the request; it is worth asking again
 */
export type Reaction = 'gone' | 'exists' | 'denied' | 'unauthenticated' | 'authOff' | 'stranger' | 'transient';

/** A request that etcd did not carry out, or of which nobody knows. Its message is one line that is safe to show. */
export class EtcdProblem extends Problem<Reaction> {
  constructor(kind: Reaction, message: string) {
    super({ kind, what: message });
  }
}

/** True when a request failed with that reaction. */
export function isEtcd(error: unknown, reaction: Reaction): error is EtcdProblem {
  return error instanceof EtcdProblem && error.kind === reaction;
}

/** What the machine gets of an error that nothing more can be done about here. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof EtcdProblem)) return error;
  return new Failed(error.kind === 'denied' ? 'lockDenied' : 'lockUnavailable', error.message);
}
