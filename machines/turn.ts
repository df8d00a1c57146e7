import { askingForBrake, lookingAtBrake } from './braking.ts';
import { failed, LEASE_TOO_SHORT, refreshFailure } from './failures.ts';
import {
  aborted,
  brokenHandbrake,
  engaged,
  failedByError,
  failedByNotice,
  handbrakeInput,
  keepAnswers,
  keepGroups,
  keepLoss,
  keepRefresh,
  notifyEnd,
  notifyLoss,
  notifyQueued,
  ofPrimer,
  ofResult,
  outOfTime,
  resolveInput,
  warnOfError,
  warnOfTrouble,
} from './transition-parts.ts';
import { verifying } from './verifying.ts';
import { watcher } from './watcher-setup.ts';

/** Every path that took the run lock goes through here, failures and signals too. */
const REPORTING = '#watcher.holdingRunLock.reporting';

const endedByLockLoss = { target: REPORTING, actions: [keepLoss, notifyLoss, 'concludeLockLost'] } as const;

const endedByBudget = { target: REPORTING, actions: outOfTime } as const;

/** What breaks once the ending is decided changes it no more, and is still noticed. */
const endedByError = [
  { guard: 'endingDecided', target: REPORTING, actions: warnOfError },
  { target: REPORTING, actions: failedByError },
] as const;

/** `awaitingYtLock` keeps its name whatever backend serves the lock. */
const awaitingYtLock = watcher.createStateConfig({
  description: 'Wait in line for the cluster lock: one node of the cluster at a time.',
  entry: 'requestClusterLock',
  on: {
    lockQueued: { actions: [notifyQueued, 'forgetLockTrouble'] },
    lockDelayed: { actions: [warnOfTrouble, { ...warnOfTrouble, type: 'keepLockTrouble' }] },
    lockHeld: {
      target: 'delaying',
      actions: [{ type: 'notify', params: { type: 'lockHeld' } }, 'forgetLockTrouble'],
    },
    lockRefused: { target: REPORTING, actions: failedByNotice },
  },
});

const delaying = watcher.createStateConfig({
  description: 'Hold the lock and let the cluster settle after the node that refreshed before.',
  after: { refreshDelay: 'confirming' },
});

/** The last look before the world is touched: gates rot while one waits. */
const confirming = watcher.createStateConfig({
  description: 'Look again, right before HAProxy is touched.',
  initial: 'lookingAgain',
  states: {
    lookingAgain: {
      description: 'What was compared may have changed while we waited; a forced run skips this.',
      always: [{ guard: 'forceRun', target: 'askingForBrake' }, { target: 'rereading' }],
    },
    rereading: {
      description: 'Read the primer’s file again: another run may have refreshed meanwhile.',
      invoke: {
        id: 'readPrimer',
        src: 'readPrimer',
        input: null,
        onDone: [
          { guard: { type: 'primerEmpty', params: ofPrimer }, target: REPORTING, actions: 'concludeEmptyPrimer' },
          { target: 'resolvingAgain', actions: keepGroups },
        ],
        onError: { target: REPORTING, actions: failedByError },
      },
    },
    resolvingAgain: {
      description: 'Ask service discovery again: the pods may be gone by now.',
      invoke: {
        id: 'resolveGroups',
        src: 'resolveGroups',
        input: resolveInput,
        onDone: { target: 'comparingAgain', actions: keepAnswers },
        onError: { target: REPORTING, actions: failedByError },
      },
    },
    comparingAgain: {
      description: 'Only a difference that both comparisons saw still counts.',
      entry: ['compareAgain', 'notifyComparedAgain'],
      always: [
        { guard: 'untrusted', target: REPORTING, actions: 'concludeUntrusted' },
        { guard: 'shrunkTooMuch', target: REPORTING, actions: 'concludeShrunk' },
        {
          guard: 'nothingToRefresh',
          target: REPORTING,
          actions: { type: 'conclude', params: { outcome: { kind: 'unchanged', why: 'noLongerNeeded' } } },
        },
        { target: 'askingForBrake' },
      ],
    },
    askingForBrake,
    lookingAtBrake,
    lookingAtHandbrake: {
      description: 'Run the handbrake command once more: it may have been pulled while we waited.',
      invoke: {
        id: 'handbrake',
        src: 'handbrake',
        input: handbrakeInput,
        onDone: [
          { guard: 'endingDecided', target: REPORTING },
          { guard: { type: 'released', params: ofResult }, target: 'confirmingLock', actions: notifyEnd('handbrake') },
          {
            guard: { type: 'engaged', params: ofResult },
            target: REPORTING,
            actions: engaged,
          },
          { target: REPORTING, actions: brokenHandbrake },
        ],
        onError: endedByError,
      },
      on: {
        commandStarted: {},
        lockLost: { actions: [keepLoss, notifyLoss, 'concludeLockLost', 'stopHandbrake'] },
        budgetSpent: { actions: [outOfTime, 'stopHandbrake'] },
        abort: { actions: [aborted, 'stopHandbrake'], description: 'The command is stopped; its end ends the run.' },
      },
    },
    confirmingLock: {
      description: 'Have the lock service confirm the lock with a fresh renewal.',
      entry: 'confirmClusterLock',
      on: {
        lockConfirmed: [
          {
            guard: { type: 'leaseCoversRefresh', params: ({ event }) => event },
            target: '#watcher.holdingRunLock.takingTurn.refreshing',
          },
          {
            target: REPORTING,
            actions: { type: 'conclude', params: { outcome: failed(LEASE_TOO_SHORT) } },
          },
        ],
      },
    },
  },
});

const refreshing = watcher.createStateConfig({
  description: 'Run the refresh command: HAProxy takes the new pods.',
  invoke: {
    id: 'refresh',
    src: 'refresh',
    input: ({ context: { run, reason } }) => ({
      command: 'refresh',
      reason,
      timeLimitMs: run.refreshTimeoutMs,
      killGraceMs: run.killGraceMs,
    }),
    onDone: [
      { guard: 'endingDecided', target: REPORTING, actions: keepRefresh },
      {
        guard: 'lockWasLost',
        target: REPORTING,
        actions: [...keepRefresh, 'concludeLockLost'],
      },
      { guard: { type: 'succeededToVerify', params: ofResult }, target: 'verifying', actions: keepRefresh },
      {
        guard: { type: 'succeeded', params: ofResult },
        target: REPORTING,
        actions: [...keepRefresh, 'concludeRefreshed'],
      },
      {
        target: REPORTING,
        actions: [
          ...keepRefresh,
          { type: 'conclude', params: ({ event }) => ({ outcome: failed(refreshFailure(event.output)) }) },
        ],
      },
    ],
    onError: endedByError,
  },
  on: {
    commandStarted: {
      actions: ['markRefreshStarted', { type: 'notify', params: ({ event }) => event }],
    },
    lockLost: [
      {
        guard: { type: 'stopsOnLockLoss', params: ({ event }) => event },
        actions: [keepLoss, notifyLoss, 'concludeLockLost', { type: 'stopRefresh', params: { why: 'stopped' } }],
      },
      { actions: [keepLoss, notifyLoss] },
    ],
    budgetSpent: { actions: { type: 'stopRefresh', params: { why: 'timedOut' } } },
    abort: {
      actions: [aborted, { type: 'stopRefresh', params: { why: 'stopped' } }],
      description: 'The command gets TERM; the run goes on once its whole process group is gone.',
    },
  },
});

export const takingTurn = watcher.createStateConfig({
  description: 'One budget, haproxy_timeout, for waiting, settling and refreshing together.',
  initial: 'awaitingYtLock',
  after: { haproxyTimeout: { actions: 'spendBudget' } },
  // Until a command runs nothing has been touched; where one does, its end ends the run.
  on: { lockLost: endedByLockLoss, budgetSpent: endedByBudget },
  states: { awaitingYtLock, delaying, confirming, refreshing, verifying },
});
