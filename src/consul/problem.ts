import { Problem } from '../problem.ts';

/**
 * Why Consul did not carry out a request.
 *
 * - `gone`: the session has ended, and what it held with it
 * - `unknownToken`: who asks is not known by that token; by another one it may be
 * - `forbidden`: the token lacks a right
 * - `refused`: the request itself is wrong for this Consul, as it is configured
 * - `noDatacenter`: it knows no way to the datacenter that was asked for
 * - `noNode`: the agent is no node of that datacenter, so that a session has to name one
 * - `stranger`: what answers is no Consul that we can speak to
 * - `unreadable`: what came from Consul is no answer that we read
 * - `transient`: nothing is known about the request
 */
export type ConsulReaction =
  | 'gone'
  | 'unknownToken'
  | 'forbidden'
  | 'refused'
  | 'noDatacenter'
  | 'noNode'
  | 'stranger'
  | 'unreadable'
  | 'transient';

/** A request that Consul did not carry out, or of which nobody knows. Its message is one line that is safe to show. */
export class ConsulProblem extends Problem<ConsulReaction> {
  /** The same request may be carried out later, or by another server. */
  readonly mayHeal: boolean;

  constructor(kind: ConsulReaction, message: string, mayHeal = kind === 'transient') {
    super({ kind, what: message });
    this.mayHeal = mayHeal;
  }
}

/** True when a request failed with that reaction. */
export function isConsul(error: unknown, reaction: ConsulReaction): error is ConsulProblem {
  return error instanceof ConsulProblem && error.kind === reaction;
}
