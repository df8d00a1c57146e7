import type { Claim } from '../../../machines/side-effects.ts';
import { type Clocks, type Lease, startLease } from '../lease-clock.ts';

/** One session of ours, as far as we know of it. */
export interface Session {
  readonly claim: Claim;
  readonly lease: Lease;
  /** Null until Consul has made it. */
  id: string | null;
  /** How long Consul keeps it at least after each renewal; null until that is known. */
  ttlMs: number | null;
  /** Who was seen to have the key, and when; null where nobody was. */
  waitsFor: { readonly session: string; readonly index: string } | null;
  /** The key was ours when we last looked. */
  holds: boolean;
}

/** A session before its first request. It counts from now, however long that takes. */
export function newSession(claim: Claim, leaseMs: number, clocks: Clocks): Session {
  return { claim, lease: startLease(leaseMs, clocks), id: null, ttlMs: null, waitsFor: null, holds: false };
}

/**
 * What is left of a lease that is never longer than we asked for, nor than Consul promised. That it keeps a session for up
 * to twice as long is nothing to rely on.
 */
export function leaseLeftMs({ lease, ttlMs }: Session, leaseMs: number): number {
  return Math.max(0, lease.leftMs() - (leaseMs - Math.min(leaseMs, ttlMs ?? leaseMs)));
}
