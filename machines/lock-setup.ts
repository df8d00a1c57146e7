// The words of the cluster lock's machine: what it asks, what it knows, what it can decide. Which comes when stands in cluster-lock.ts.

import { assign, sendTo, setup } from 'xstate';

import { LOCK_LEFT } from './failures.ts';
import { drawJitter } from './jitter.ts';
import { isLeaseFresh, leaseReserveMs, renewEveryMs } from './lease-budget.ts';
import type { ClusterLockInput, LockContext, LockOrder, ReleaseOutcome } from './lock-context.ts';
import { placeIn, pollDelayMs } from './poll-delay.ts';
import { asFailure, service, toParent } from './service.ts';
import type { Claim, LockAnswer, RenewAnswer, Standing } from './side-effects.ts';
import type { Failure } from './vocabulary.ts';

const BACK_OFF_MIN_MS = 250;
const BACK_OFF_MAX_MS = 5_000;

/** A renewal that failed is sent again after a thirtieth of the lease, within these bounds: one hiccup costs little. */
const RENEW_RETRY_MIN_MS = 50;
const RENEW_RETRY_MAX_MS = 1_000;

const RELEASE_PAUSE_MS = 250;
const RELEASE_TRIES_MAX = 3;

const LEASE_RAN_OUT: Failure = {
  kind: 'lockLost',
  message: 'no renewal of the cluster lock succeeded in time; its lease can no longer be relied on',
};

const PLACE_RAN_OUT: Failure = {
  kind: 'lockUnavailable',
  message: 'no renewal of our place in the line succeeded in time; getting in line again',
};

export const clusterLock = setup({
  types: {
    input: {} as ClusterLockInput,
    context: {} as LockContext,
    events: {} as LockOrder,
    output: {} as ReleaseOutcome,
  },
  actors: {
    requestLock: service('requestLock'),
    checkLock: service('checkLock'),
    renewLock: service('renewLock'),
    releaseLock: service('releaseLock'),
  },
  guards: {
    gone: (_, { standing }: Pick<LockAnswer | RenewAnswer, 'standing'>) => standing === 'gone',
    goneThoughHeld: ({ context }, { standing }: Pick<LockAnswer | RenewAnswer, 'standing'>) =>
      standing === 'gone' && context.standing === 'held',
    late: ({ context }, { leaseLeftMs }: Pick<Standing, 'leaseLeftMs'>) => !isLeaseFresh(leaseLeftMs, context.policy),
    transient: (_, { error }: { error: unknown }) => asFailure(error).kind === 'lockUnavailable',
    holding: ({ context }) => context.standing === 'held',
    denied: ({ context }) => context.denial !== null,
    notDenied: ({ context }) => context.denial === null,
    placeChanged: ({ context }) => context.placeChanged,
    confirmAsked: ({ context }) => context.confirmAsked,
    releaseTriesSpent: ({ context }) => context.releaseTries >= RELEASE_TRIES_MAX,
  },
  actions: {
    drawJitter: assign(({ context }) => {
      const { value, next } = drawJitter(context.jitterSeed);
      return { jitter: value, jitterSeed: next };
    }),
    keepClaim: assign({ claim: (_, { claim }: { claim: Claim }) => claim }),
    keepAnswer: assign(({ context }, { standing, holder, ahead, checkWaits = false }: Standing) => ({
      standing,
      checkWaits,
      ...placeIn({ holder, ahead }, context),
      failuresInRow: 0,
      failure: null,
      denial: null,
    })),
    countPoll: assign({ lineSameMs: ({ context }) => context.lineSameMs + pollDelayMs(context) }),
    keepLease: assign((_, { leaseLeftMs }: { leaseLeftMs: number }) => ({ leaseLeftMs, renewalFailure: null })),
    keepFailure: assign(({ context }, { error }: { error: unknown }) => ({
      failure: asFailure(error),
      failuresInRow: context.failuresInRow + 1,
    })),
    keepDenial: assign((_, { error }: { error: unknown }) => ({ denial: asFailure(error) })),
    forgetDenial: assign({ denial: null }),
    believeDenial: assign({ failure: ({ context }) => context.denial }),
    keepRenewalFailure: assign((_, { error }: { error: unknown }) => ({ renewalFailure: asFailure(error) })),
    keepLoss: assign((_, { detail }: { detail: string }) => ({
      failure: { kind: 'lockLost' as const, message: `the cluster lock is no longer ours: ${detail}` },
    })),
    keepLeaseRanOut: assign(({ context }) => ({ failure: ranOut(LEASE_RAN_OUT, context), leaseSpent: true })),
    keepPlaceRanOut: assign(({ context }) => ({ failure: ranOut(PLACE_RAN_OUT, context) })),
    keepPlaceLost: assign(({ context }, { detail }: { detail: string }) => ({
      failuresInRow: context.failuresInRow + 1,
      failure: {
        kind: 'lockUnavailable' as const,
        message: `our place in the line is gone, getting in line again: ${detail}`,
      },
    })),
    askConfirm: assign({ confirmAsked: true }),
    countReleaseTry: assign({ releaseTries: ({ context }) => context.releaseTries + 1 }),
    keepLeft: assign({ failure: LOCK_LEFT }),
    forgetFailure: assign({ failure: null }),
    notifyQueued: sendTo(toParent, ({ context: { holder, ahead } }) => ({ type: 'lockQueued', holder, ahead })),
    notifyDelayed: sendTo(toParent, ({ context }) => ({ type: 'lockDelayed', failure: context.failure! })),
    notifyHeld: sendTo(toParent, { type: 'lockHeld' }),
    notifyConfirmed: sendTo(toParent, ({ context }) => ({ type: 'lockConfirmed', leaseLeftMs: context.leaseLeftMs })),
    clearConfirm: assign({ confirmAsked: false }),
    notifyRefused: sendTo(toParent, ({ context }) => ({ type: 'lockRefused', failure: context.failure! })),
    notifyLost: sendTo(toParent, ({ context }) => ({
      type: 'lockLost',
      failure: context.failure!,
      leaseSpent: context.leaseSpent,
    })),
  },
  delays: {
    pollDelay: ({ context }) => pollDelayMs(context),
    backOff: ({ context }) =>
      Math.min(BACK_OFF_MIN_MS * 2 ** context.failuresInRow, BACK_OFF_MAX_MS) * (0.5 + context.jitter / 2),
    // A lease that came short, because its renewal took long, is renewed in the middle of what can be used of it.
    renewDelay: ({ context }) => Math.min(renewEveryMs(context.policy.leaseMs), usableMs(context) / 2),
    renewRetry: ({ context }) =>
      Math.min(Math.max(context.policy.leaseMs / 30, RENEW_RETRY_MIN_MS), RENEW_RETRY_MAX_MS) *
      (0.5 + context.jitter / 2),
    leaseUsable: ({ context }) => usableMs(context),
    wholeLease: ({ context }) => context.policy.leaseMs,
    releasePause: RELEASE_PAUSE_MS,
  },
});

/** What is left of the lease until the lock counts as lost. */
function usableMs({ leaseLeftMs, policy }: LockContext): number {
  return Math.max(0, leaseLeftMs - leaseReserveMs(policy));
}

/** What ended the lease, and what the last renewal met, if any was answered. */
function ranOut({ kind, message }: Failure, { renewalFailure }: LockContext): Failure {
  return renewalFailure === null ? { kind, message } : { kind, message: `${message} (${renewalFailure.message})` };
}
