import type { Claim } from '../../../machines/side-effects.ts';
import type { Identity } from '../../identity.ts';
import { type Clocks, type Lease, startLease } from '../lease-clock.ts';
import { ownerRecord } from '../owner-record.ts';
import { createMutation, type Mutation } from './mutation.ts';

/** One transaction of ours and its place in the line, as far as we know of them. */
export interface Session {
  readonly lease: Lease;
  /** What the transaction says of us to those who wait for it. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly starting: Mutation;
  readonly aborting: Mutation;
  /** Replaced when its lock object is gone: asking again with the old one would bring back the old answer. */
  locking: Mutation;
  creating: Mutation;
  transactionId: string | null;
  lockId: string | null;
}

interface SessionStart {
  readonly leaseMs: number;
  readonly clocks: Clocks;
  readonly identity: Identity;
  readonly claim: Claim;
  readonly newGuid: () => string;
}

/** A session before its first request. Its lease counts from now, however often the request has to be sent. */
export function newSession({ leaseMs, clocks, identity, claim, newGuid }: SessionStart): Session {
  return {
    lease: startLease(leaseMs, clocks),
    attributes: attributesOf(identity, claim, new Date(clocks.wallMs()).toISOString()),
    starting: createMutation(newGuid),
    aborting: createMutation(newGuid),
    locking: createMutation(newGuid),
    creating: createMutation(newGuid),
    transactionId: null,
    lockId: null,
  };
}

/** YT's own tools show nothing but the title. */
function attributesOf(identity: Identity, claim: Claim, since: string) {
  const record = ownerRecord(identity, claim, since);
  return { ...record, title: `${record.title} since=${since}` };
}
