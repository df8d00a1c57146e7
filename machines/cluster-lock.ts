// The cluster lock, whatever serves it: all waiting, backing off, renewing, losing and giving back. A driver (the services
// requestLock, checkLock, renewLock, releaseLock) does one thing, once, when it is asked to.
//
//   idle ─▸ requesting ⇄ backingOff            (lock-request.ts)
//     leased: the place in the line            (lock-place.ts), then the lock: position, admission
//             and its lease, beside it         (lock-lease.ts)
//   refused | lost ─▸ releasing ─▸ released    (lock-release.ts)

import { lease } from './lock-lease.ts';
import { left } from './lock-parts.ts';
import { admission, position } from './lock-place.ts';
import { pausing, releasing } from './lock-release.ts';
import { backingOff, renewingFirst, requesting } from './lock-request.ts';
import { clusterLock } from './lock-setup.ts';

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
      description: 'The lock was not requested yet; the lock service knows nothing of this run.',
      on: {
        request: { target: 'requesting', actions: { type: 'keepClaim', params: ({ event }) => event } },
        release: 'released',
      },
    },
    requesting,
    renewingFirst,
    backingOff,
    leased: {
      description: 'The lock service knows us: we are in line or hold the lock, and keep our lease alive.',
      type: 'parallel',
      on: { release: 'releasing', leave: left },
      states: { position, lease, admission },
    },
    refused: {
      description: 'The lock service refuses us permanently: a wrong token, a forbidden path.',
      entry: 'notifyRefused',
      on: { release: 'releasing' },
    },
    lost: {
      description: 'The lock was ours and can no longer be relied on.',
      entry: 'notifyLost',
      on: { release: 'releasing', leave: left },
    },
    releasing,
    pausing,
    released: { type: 'final', description: 'The lock is given back, or left to its lease.' },
  },
});
