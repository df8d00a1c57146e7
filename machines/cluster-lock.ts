import { assign, type ErrorActorEvent, sendTo, setup } from 'xstate';

import { drawJitter } from './jitter.ts';
import { leaseReserveMs, renewEveryMs } from './lease-budget.ts';
import type { ClusterLockInput, LockContext, LockOrder, ReleaseOutcome } from './lock-context.ts';
import { placeIn, pollDelayMs } from './poll-delay.ts';
import { asFailure, service, toParent } from './service.ts';
import type { Claim, LockAnswer, RenewAnswer } from './side-effects.ts';
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

const clusterLock = setup({
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
    granted: (_, { standing }: Pick<LockAnswer, 'standing'>) => standing === 'held',
    renewed: (_, { standing }: Pick<RenewAnswer, 'standing'>) => standing === 'renewed',
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
    keepAnswer: assign(({ context }, { standing, checkWaits = false, ...line }: Omit<LockAnswer, 'leaseLeftMs'>) => ({
      standing,
      checkWaits,
      ...placeIn(line, context),
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
    believeDenial: assign({ failure: ({ context }) => context.denial }),
    keepRenewalFailure: assign((_, { error }: { error: unknown }) => ({ renewalFailure: asFailure(error) })),
    keepLoss: assign((_, { detail }: { detail: string }) => ({
      failure: { kind: 'lockLost' as const, message: `the cluster lock is no longer ours: ${detail}` },
    })),
    keepLeaseRanOut: assign(({ context }) => ({ failure: ranOut(LEASE_RAN_OUT, context), leaseSpent: true })),
    keepPlaceRanOut: assign(({ context }) => ({ failure: ranOut(PLACE_RAN_OUT, context) })),
    keepPlaceLost: assign((_, { detail }: { detail: string }) => ({
      failure: {
        kind: 'lockUnavailable' as const,
        message: `our place in the line is gone, getting in line again: ${detail}`,
      },
    })),
    askConfirm: assign({ confirmAsked: true }),
    countReleaseTry: assign({ releaseTries: ({ context }) => context.releaseTries + 1 }),
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
    // A lease that came short, because its request took long, is renewed in the middle of what can be used of it.
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

const transientError = {
  type: 'transient' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

const keepError = {
  type: 'keepFailure' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

const position = clusterLock.createStateConfig({
  description: 'Whether the request was granted: in line until it is, then held.',
  initial: 'answered',
  states: {
    answered: {
      description: 'The lock service has answered whether the lock is ours.',
      always: [
        { guard: { type: 'granted', params: ({ context }) => context }, target: 'held' },
        { guard: 'placeChanged', target: 'queued', actions: 'notifyQueued' },
        { target: 'queued' },
      ],
    },
    queued: {
      description: 'Others are before us in the line.',
      entry: 'drawJitter',
      after: { pollDelay: { target: 'checking', actions: 'countPoll' } },
    },
    checking: {
      description: 'Ask the lock service where our request stands.',
      invoke: {
        id: 'checkLock',
        src: 'checkLock',
        input: null,
        onDone: { target: 'answered', actions: { type: 'keepAnswer', params: ({ event }) => event.output } },
        onError: [
          {
            guard: transientError,
            target: 'checkFailed',
            actions: keepError,
          },
          {
            target: 'checkFailed',
            actions: [keepError, { ...keepError, type: 'keepDenial' }],
          },
        ],
      },
    },
    checkFailed: {
      description: 'The lock service did not answer the question, or denied it; it is asked again later.',
      entry: ['drawJitter', 'notifyDelayed'],
      after: { backOff: 'checking' },
    },
    held: {
      description: 'The lock is ours for as long as its lease is renewed.',
      entry: 'notifyHeld',
    },
  },
});

const lease = clusterLock.createStateConfig({
  description: 'Keep the lease alive, in the line as well as with the lock: every good renewal starts it anew.',
  initial: 'valid',
  states: {
    valid: {
      description: 'The lease runs, counted from the sending of the last good renewal.',
      initial: 'renewed',
      after: {
        leaseUsable: [
          { guard: 'holding', target: '#clusterLock.lost', actions: 'keepLeaseRanOut' },
          { target: '#clusterLock.backingOff', actions: 'keepPlaceRanOut' },
        ],
      },
      states: {
        renewed: {
          description: 'The lease has just been renewed; whoever asked for that is notified.',
          always: [
            { guard: 'confirmAsked', target: 'idle', actions: ['notifyConfirmed', 'clearConfirm'] },
            { target: 'idle' },
          ],
        },
        idle: {
          description: 'The lease is fresh enough.',
          after: { renewDelay: 'renewing' },
          on: { confirm: { guard: 'holding', target: 'renewing', actions: 'askConfirm' } },
        },
        renewing: {
          description: 'One renewal is under way, never two.',
          on: { confirm: { guard: 'holding', actions: 'askConfirm' } },
          invoke: {
            id: 'renewLock',
            src: 'renewLock',
            input: null,
            onDone: [
              {
                guard: { type: 'renewed', params: ({ event }) => event.output },
                target: '#clusterLock.leased.lease.valid',
                reenter: true,
                actions: { type: 'keepLease', params: ({ event }) => event.output as { leaseLeftMs: number } },
              },
              {
                guard: 'holding',
                target: '#clusterLock.lost',
                actions: { type: 'keepLoss', params: ({ event }) => event.output as { detail: string } },
              },
              {
                target: '#clusterLock.backingOff',
                actions: { type: 'keepPlaceLost', params: ({ event }) => event.output as { detail: string } },
              },
            ],
            onError: { target: 'retrying', actions: { ...keepError, type: 'keepRenewalFailure' } },
          },
        },
        retrying: {
          description: 'A renewal failed, for whatever reason; another is sent while the lease still runs.',
          entry: 'drawJitter',
          after: { renewRetry: 'renewing' },
          on: { confirm: { guard: 'holding', target: 'renewing', actions: 'askConfirm' } },
        },
      },
    },
  },
});

const admission = clusterLock.createStateConfig({
  description: 'Whether the lock service lets us ask where we stand.',
  initial: 'admitted',
  states: {
    admitted: {
      description: 'No question was denied since the last answer.',
      always: { guard: 'denied', target: 'denied' },
    },
    denied: {
      description: 'A service whose own authentication is down denies too: only what lasts a whole lease is final.',
      always: { guard: 'notDenied', target: 'admitted' },
      after: { wholeLease: { target: '#clusterLock.refused', actions: 'believeDenial' } },
    },
  },
});

/** Owns all waiting, backing off, renewing, losing and giving back of the cluster lock, whatever serves it. */
export const clusterLockMachine = clusterLock.createMachine({
  id: 'clusterLock',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    policy: { leaseMs: input.leaseMs, killGraceMs: input.killGraceMs },
    claim: null,
    standing: 'queued',
    holder: null,
    ahead: null,
    placeChanged: false,
    lineSameMs: 0,
    refreshDelayMs: input.refreshDelayMs,
    checkWaits: false,
    leaseLeftMs: 0,
    leaseSpent: false,
    confirmAsked: false,
    failuresInRow: 0,
    releaseTries: 0,
    failure: null,
    denial: null,
    renewalFailure: null,
    jitterSeed: input.jitterSeed,
    jitter: 0,
  }),
  output: ({ context }) => ({ unreleased: context.failure }),
  initial: 'idle',
  states: {
    idle: {
      description: 'Nobody has asked for the lock; the lock service knows nothing of this run.',
      on: {
        request: { target: 'requesting', actions: { type: 'keepClaim', params: ({ event }) => event } },
        release: 'released',
      },
    },
    requesting: {
      description: 'Get in line for the lock.',
      on: { release: 'releasing' },
      invoke: {
        id: 'requestLock',
        src: 'requestLock',
        input: ({ context }) => context.claim!,
        onDone: {
          target: 'leased',
          actions: [
            { type: 'keepAnswer', params: ({ event }) => event.output },
            { type: 'keepLease', params: ({ event }) => event.output },
          ],
        },
        onError: [
          {
            guard: transientError,
            target: 'backingOff',
            actions: keepError,
          },
          { target: 'refused', actions: keepError },
        ],
      },
    },
    backingOff: {
      description: 'The lock service has trouble, or forgot us in the line; it is asked again later.',
      entry: ['drawJitter', 'notifyDelayed'],
      after: { backOff: 'requesting' },
      on: { release: 'releasing' },
    },
    leased: {
      description: 'The lock service knows us: we are in line or hold the lock, and keep our lease alive.',
      type: 'parallel',
      on: { release: 'releasing' },
      states: { position, lease, admission },
    },
    refused: {
      description: 'The lock service refuses us for good: a wrong token, a forbidden path.',
      entry: 'notifyRefused',
      on: { release: 'releasing' },
    },
    lost: {
      description: 'The lock was ours and can no longer be relied on.',
      entry: 'notifyLost',
      on: { release: 'releasing' },
    },
    releasing: {
      description: 'Give the lock back, or get out of the line.',
      entry: 'countReleaseTry',
      invoke: {
        id: 'releaseLock',
        src: 'releaseLock',
        input: null,
        onDone: { target: 'released', actions: 'forgetFailure' },
        onError: [
          {
            guard: 'releaseTriesSpent',
            target: 'released',
            actions: keepError,
          },
          { target: 'pausing' },
        ],
      },
    },
    pausing: {
      description: 'The lock could not be given back yet; one more try follows.',
      after: { releasePause: 'releasing' },
    },
    released: { type: 'final', description: 'The lock is given back, or left to its lease.' },
  },
});
