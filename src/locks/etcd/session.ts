import { randomBytes } from 'node:crypto';
import type { Claim } from '../../../machines/side-effects.ts';
import { type Clocks, type Lease, startLease } from '../lease-clock.ts';
import type { Ticket } from './commands.ts';
import type { Line } from './line.ts';

/** One lease of ours and its place in the line, as far as we know of them. */
export interface Session {
  readonly claim: Claim;
  readonly ticket: Ticket;
  readonly lease: Lease;
  /** etcd may have granted the lease, and perhaps nobody has seen its answer. */
  wasSent: boolean;
  /** How long etcd keeps the lease after each renewal; null until it is granted. */
  seconds: number | null;
  /** The revision that made our key; null while it is not known. */
  own: string | null;
  /** The line as we saw it last. */
  line: Line | null;
}

interface SessionStart {
  readonly claim: Claim;
  readonly prefix: string;
  readonly leaseMs: number;
  readonly clocks: Clocks;
  readonly newLeaseId: () => bigint;
}

/** Positive, of 63 bits, and by chance: nobody else chooses it. */
export function drawLeaseId(): bigint {
  return (randomBytes(8).readBigUInt64BE() >> 1n) | 1n;
}

/**
 * A session before its first request. We choose the lease's id, so that a grant whose answer is lost can be asked for
 * again, and given back, without a second lease. The lease counts from now, however often that takes.
 */
export function newSession({ claim, prefix, leaseMs, clocks, newLeaseId }: SessionStart): Session {
  const id = newLeaseId();
  const ticket = { lease: String(id), key: `${prefix}${id.toString(16)}` };
  return { claim, ticket, lease: startLease(leaseMs, clocks), wasSent: false, seconds: null, own: null, line: null };
}

/** What is left of a lease that is never longer than we asked for, nor than etcd gave. */
export function leaseLeftMs({ lease, seconds }: Session, leaseMs: number): number {
  const given = seconds === null ? leaseMs : Math.min(leaseMs, seconds * 1000);
  return Math.max(0, lease.leftMs() - (leaseMs - given));
}
