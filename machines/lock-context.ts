import type { LeasePolicy } from './lease-budget.ts';
import type { Claim, Standing } from './side-effects.ts';
import type { Failure, Holder } from './vocabulary.ts';

export interface ClusterLockInput extends LeasePolicy {
  readonly jitterSeed: number;
  /** How long each node that holds the lock waits before it refreshes. */
  readonly refreshDelayMs: number;
}

/** What the owner of the lock asks of it. */
export type LockOrder =
  | { readonly type: 'request'; readonly claim: Claim }
  /** Renew the held lock now, and say so: the last proof before the world is touched. */
  | { readonly type: 'confirm' }
  | { readonly type: 'release' }
  /** Give nothing back: what was done under the lock may not be over. */
  | { readonly type: 'leave' };

/** What the owner of the lock hears of it. */
export type LockNotice =
  | { readonly type: 'lockQueued'; readonly holder: Holder | null; readonly ahead: number | null }
  | { readonly type: 'lockDelayed'; readonly failure: Failure }
  | { readonly type: 'lockHeld' }
  | { readonly type: 'lockConfirmed'; readonly leaseLeftMs: number }
  | { readonly type: 'lockRefused'; readonly failure: Failure }
  /** `leaseSpent`: nobody took it away, but no renewal will come before only as much of the lease is left as stopping a refresh needs. */
  | { readonly type: 'lockLost'; readonly failure: Failure; readonly leaseSpent: boolean };

/** Null when the lock was given back, or never asked for; else why it may stay until its lease ends. */
export type ReleaseOutcome = { readonly unreleased: Failure | null };

/** What the machine of the cluster lock knows. */
export interface LockContext {
  readonly policy: LeasePolicy;
  readonly claim: Claim | null;
  readonly standing: Standing['standing'];
  readonly holder: Holder | null;
  readonly ahead: number | null;
  /** Who is before us, or how many, is not what it was when we last looked. */
  readonly placeChanged: boolean;
  /** For how long that has been so, by the pauses between our questions alone. */
  readonly lineSameMs: number;
  readonly refreshDelayMs: number;
  /** The next check waits by itself for a change. */
  readonly checkWaits: boolean;
  readonly leaseLeftMs: number;
  readonly leaseSpent: boolean;
  readonly confirmAsked: boolean;
  readonly failuresInRow: number;
  readonly releaseTries: number;
  readonly failure: Failure | null;
  /** The last question in line that was denied, while none has been answered since. */
  readonly denial: Failure | null;
  /** Why the last renewal failed, while none has succeeded since. */
  readonly renewalFailure: Failure | null;
  readonly jitterSeed: number;
  readonly jitter: number;
}
