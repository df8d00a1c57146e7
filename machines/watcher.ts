// Rule 1: everything that decides what a run does stands in this file. Services only do; the reporter only tells.

import { assign, emit, raise, sendTo, setup } from 'xstate';

import { clusterLockMachine } from './cluster-lock.ts';
import { commandMachine } from './command.ts';
import { diffGroups, needsRefresh, seenTwice } from './diff.ts';
import { failed, ineffectiveFailure, LEASE_TOO_SHORT, outOfTimeFailure, refreshFailure } from './failures.ts';
import { leaseReserveMs } from './lease-budget.ts';
import type { ReleaseOutcome } from './lock-context.ts';
import {
  aborted,
  brokenHandbrake,
  engaged,
  failedByError,
  failedByNews,
  handbrakeInput,
  keepLoss,
  keepRefresh,
  ofResult,
  outOfTime,
  reportOf,
  resolveInput,
  tellEnd,
  tellLoss,
  tellNotes,
  tellQueued,
  unreported,
  warnOfError,
  warnOfTrouble,
} from './phrases.ts';
import { planOf } from './plan.ts';
import type { RunContext, RunEvent } from './run-context.ts';
import { asFailure, service } from './service.ts';
import {
  groupsShrunkTooMuch,
  judgeAnswers,
  rememberGenerations,
  shrunkFailure,
  untrustedFailure,
  untrustedGroups,
} from './trust.ts';
import type {
  Answer,
  CommandResult,
  Failure,
  Group,
  Holder,
  Memory,
  Orphan,
  Outcome,
  Reason,
  RunInput,
  Told,
} from './vocabulary.ts';

const watcher = setup({
  types: {
    input: {} as RunInput,
    context: {} as RunContext,
    events: {} as RunEvent,
    emitted: {} as Told,
    output: {} as Outcome,
    tags: {} as 'runLockHeld',
  },
  actors: {
    checkRunLock: service('checkRunLock'),
    takeRunLock: service('takeRunLock'),
    readPrimer: service('readPrimer'),
    resolveGroups: service('resolveGroups'),
    writeReport: service('writeReport'),
    dropRunLock: service('dropRunLock'),
    handbrake: commandMachine,
    refresh: commandMachine,
    clusterLock: clusterLockMachine,
  },
  guards: {
    ownedByAnother: (_, { owner }: { owner: Holder | null }) => owner !== null,
    ownedThoughDecided: ({ context }, { owner }: { owner: Holder | null }) =>
      owner !== null && context.outcome !== null,
    orphanAlive: (_, { orphan }: { orphan: Orphan | null }) => orphan !== null,
    released: (_, { result }: { result: CommandResult }) => result.how === 'exited' && result.code === 0,
    engaged: (_, { result }: { result: CommandResult }) => result.how === 'exited' && result.code === 1,
    succeeded: (_, { result }: { result: CommandResult }) => result.how === 'exited' && result.code === 0,
    endingDecided: ({ context }) => context.outcome !== null,
    forceRun: ({ context }) => context.run.forceRun,
    dryRun: ({ context }) => context.run.dryRun,
    untrusted: ({ context }) => isUntrusted(context),
    forcedWithoutTrust: ({ context }) => context.run.forceRun && isUntrusted(context),
    shrunkTooMuch: ({ context: { run, lastDiff } }) => groupsShrunkTooMuch(lastDiff!, run).length > 0,
    ineffective: ({ context: { run, diff, memory } }) =>
      memory.lastRefresh !== null &&
      memory.lastRefresh.plan === planOf(diff!, run.refreshOn) &&
      memory.lastRefresh.times >= run.maxIneffective,
    refreshedRecently: ({ context: { run, memory } }) =>
      memory.lastRefresh !== null && (memory.lastRefresh.agoMs ?? run.minRefreshIntervalMs) < run.minRefreshIntervalMs,
    nothingToRefresh: ({ context }) => !needsRefresh(context.diff!, context.run.refreshOn),
    leaseCoversRefresh: ({ context: { run } }, { leaseLeftMs }: { leaseLeftMs: number }) =>
      leaseLeftMs > leaseReserveMs(run),
    /** What has not started yet has nothing to finish, and no refresh outlives the lease. */
    stopsOnLockLoss: ({ context }, { leaseSpent }: { leaseSpent: boolean }) =>
      context.run.onLockLost === 'terminate' || leaseSpent || !context.refreshStarted,
    lockWasLost: ({ context }) => context.lockLoss !== null,
    clusterLockBroken: ({ context }) => context.clusterLockBroken,
    unreleased: (_, { unreleased }: ReleaseOutcome) => unreleased !== null,
    endedAs: ({ context }, { kind }: { kind: Outcome['kind'] }) => context.outcome?.kind === kind,
  },
  actions: {
    conclude: assign({ outcome: ({ context }, { outcome }: { outcome: Outcome }) => context.outcome ?? outcome }),
    concludeFailed: assign({
      outcome: ({ context }, { error }: { error: unknown }) => context.outcome ?? failed(asFailure(error)),
    }),
    concludeUntrusted: assign({ outcome: ({ context }) => failed(untrustedFailure(context.diff!)) }),
    concludeShrunk: assign({
      outcome: ({ context: { run, lastDiff } }) => failed(shrunkFailure(lastDiff!, run)),
    }),
    concludeRefreshed: assign({ outcome: ({ context }): Outcome => ({ kind: 'refreshed', reason: context.reason! }) }),
    concludeOutOfTime: assign({
      outcome: ({ context }) => context.outcome ?? failed(outOfTimeFailure(context.lockTrouble)),
    }),
    concludeLockLost: assign({ outcome: ({ context }) => context.outcome ?? failed(context.lockLoss!) }),
    /** A good run that could not say so is a failed one; a failed run keeps its own failure. */
    concludeUnreported: assign({
      outcome: ({ context }, { error }: { error: unknown }): Outcome =>
        context.outcome?.kind === 'failed' || context.outcome?.kind === 'aborted'
          ? context.outcome
          : failed(asFailure(error)),
    }),
    keepMemory: assign({ memory: (_, { memory }: { memory: Memory }) => memory }),
    keepGroups: assign({ groups: (_, { groups }: { groups: readonly Group[] }) => groups }),
    keepAnswers: assign(({ context }, { answers }: { answers: readonly Answer[] }) => ({
      answers: judgeAnswers(answers, context.memory),
    })),
    /** The lists themselves, which may be large, have served their purpose. */
    compare: assign(({ context: { groups, answers, memory } }) => {
      const diff = diffGroups(groups, answers);
      return { diff, lastDiff: diff, memory: rememberGenerations(answers, memory), groups: [], answers: [] };
    }),
    /** A change must be seen twice to count. */
    compareAgain: assign(({ context: { groups, answers, memory, diff } }) => {
      const lastDiff = diffGroups(groups, answers);
      const both = seenTwice(diff!, lastDiff);
      return { diff: both, lastDiff, memory: rememberGenerations(answers, memory), groups: [], answers: [] };
    }),
    concludeIneffective: assign({
      outcome: ({ context }) => failed(ineffectiveFailure(context.memory.lastRefresh!.times)),
    }),
    keepReason: assign({ reason: (_, { reason }: { reason: Reason }) => reason }),
    keepLockTrouble: assign({ lockTrouble: (_, { error }: { error: unknown }) => asFailure(error) }),
    forgetLockTrouble: assign({ lockTrouble: null }),
    keepLockLoss: assign({ lockLoss: (_, { failure }: { failure: Failure }) => failure }),
    markClusterLockBroken: assign({ clusterLockBroken: true }),
    /** A lock whose machine broke cannot tell of its loss itself. */
    loseBrokenLock: raise((_, { error }: { error: unknown }) => ({
      type: 'lockLost' as const,
      failure: asFailure(error),
      leaseSpent: false,
    })),
    markRefreshStarted: assign({ refreshStarted: true }),
    keepRefresh: assign({ refresh: (_, { result }: { result: CommandResult }) => result }),
    requestClusterLock: sendTo('clusterLock', ({ context }) => ({
      type: 'request',
      claim: { reason: context.reason! },
    })),
    confirmClusterLock: sendTo('clusterLock', { type: 'confirm' }),
    releaseClusterLock: sendTo('clusterLock', { type: 'release' }),
    stopHandbrake: sendTo('handbrake', { type: 'stop', why: 'stopped' }),
    stopRefresh: sendTo('refresh', (_, { why }: { why: 'stopped' | 'timedOut' }) => ({ type: 'stop', why })),
    spendBudget: raise({ type: 'budgetSpent' }),
    tell: emit((_, told: Told) => told),
    tellComparedAgain: emit(({ context }): Told => ({ type: 'comparedAgain', diff: context.diff! })),
    tellCompared: emit(({ context }): Told => ({ type: 'compared', diff: context.diff! })),
    warnUntrusted: emit(({ context }): Told => ({ type: 'warned', failure: untrustedFailure(context.diff!) })),
    warn: emit((_, { error }: { error: unknown }): Told => ({ type: 'warned', failure: asFailure(error) })),
  },
  delays: {
    haproxyTimeout: ({ context }) => context.run.budgetMs,
    refreshDelay: ({ context }) => context.run.refreshDelayMs,
  },
});

/** With `tolerate` one group that can be compared is enough. */
function isUntrusted({ run, diff }: RunContext): boolean {
  return untrustedGroups(diff!).length > 0 && (run.onDiscoveryError === 'fail' || diff!.groupsCompared === 0);
}

/** Every path that took the run lock goes through here, failures and signals too. */
const REPORTING = '#watcher.holdingRunLock.reporting';

const endedByLockLoss = { target: REPORTING, actions: [keepLoss, tellLoss, 'concludeLockLost'] } as const;

const endedByBudget = { target: REPORTING, actions: outOfTime } as const;

/** What breaks once the ending is decided changes it no more, and is still told. */
const endedByError = [
  { guard: 'endingDecided', target: REPORTING, actions: warnOfError },
  { target: REPORTING, actions: failedByError },
] as const;

const checkingRunLock = watcher.createStateConfig({
  description: 'Look whether another watcher is alive on this node.',
  invoke: {
    id: 'checkRunLock',
    src: 'checkRunLock',
    input: null,
    onDone: [
      {
        guard: { type: 'ownedByAnother', params: ({ event }) => event.output },
        target: 'skipped',
        actions: { type: 'conclude', params: { outcome: { kind: 'skipped', why: 'runLockHeld' } } },
      },
      { target: 'checkingHandbrake' },
    ],
    onError: { target: 'failed', actions: failedByError },
  },
  on: { abort: { target: 'aborted', actions: aborted, description: 'Nothing was taken yet: the run just ends.' } },
});

const checkingHandbrake = watcher.createStateConfig({
  description: 'Run the handbrake command: it says whether this node may be refreshed at all.',
  invoke: {
    id: 'handbrake',
    src: 'handbrake',
    input: handbrakeInput,
    onDone: [
      { guard: 'endingDecided', target: 'aborted' },
      { guard: { type: 'released', params: ofResult }, target: 'takingRunLock', actions: tellEnd('handbrake') },
      {
        guard: { type: 'engaged', params: ofResult },
        target: 'skipped',
        actions: engaged,
      },
      { target: 'failed', actions: brokenHandbrake },
    ],
    onError: [
      { guard: 'endingDecided', target: 'aborted', actions: warnOfError },
      { target: 'failed', actions: failedByError },
    ],
  },
  on: {
    abort: { actions: [aborted, 'stopHandbrake'], description: 'The command is stopped; its end ends the run.' },
    commandStarted: {},
  },
});

const takingRunLock = watcher.createStateConfig({
  description: 'Take the run lock and, as its owner, read what the last run left.',
  invoke: {
    id: 'takeRunLock',
    src: 'takeRunLock',
    input: null,
    onDone: [
      {
        guard: { type: 'ownedThoughDecided', params: ({ event }) => event.output },
        target: 'aborted',
        actions: tellNotes,
      },
      {
        guard: { type: 'ownedByAnother', params: ({ event }) => event.output },
        target: 'skipped',
        actions: [tellNotes, { type: 'conclude', params: { outcome: { kind: 'skipped', why: 'runLockHeld' } } }],
      },
      {
        guard: 'endingDecided',
        target: 'holdingRunLock.reporting',
        actions: [{ type: 'keepMemory', params: ({ event }) => event.output }, tellNotes],
      },
      {
        guard: { type: 'orphanAlive', params: ({ event }) => event.output },
        target: 'holdingRunLock.reporting',
        actions: [
          { type: 'keepMemory', params: ({ event }) => event.output },
          tellNotes,
          { type: 'conclude', params: { outcome: { kind: 'skipped', why: 'orphanRefresh' } } },
        ],
      },
      {
        target: 'holdingRunLock',
        actions: [{ type: 'keepMemory', params: ({ event }) => event.output }, tellNotes],
      },
    ],
    onError: [
      { guard: 'endingDecided', target: 'aborted', actions: warnOfError },
      { target: 'failed', actions: failedByError },
    ],
  },
  on: {
    abort: {
      actions: aborted,
      description: 'The lock may be ours already: its answer is awaited, so that it is given back.',
    },
  },
});

const reading = watcher.createStateConfig({
  description: 'Read from the primer’s file which pods HAProxy was configured with.',
  invoke: {
    id: 'readPrimer',
    src: 'readPrimer',
    input: null,
    onDone: { target: 'resolving', actions: { type: 'keepGroups', params: ({ event }) => event.output } },
    onError: [
      { guard: 'forceRun', target: 'diffing', actions: warnOfError },
      { target: 'reporting', actions: failedByError },
    ],
  },
  on: { abort: { target: 'reporting', actions: aborted, description: 'Reading changes nothing: it is left at once.' } },
});

const resolving = watcher.createStateConfig({
  description: 'Ask service discovery which pods the same groups have now.',
  invoke: {
    id: 'resolveGroups',
    src: 'resolveGroups',
    input: resolveInput,
    onDone: { target: 'diffing', actions: { type: 'keepAnswers', params: ({ event }) => event.output } },
    onError: [
      { guard: 'forceRun', target: 'diffing', actions: warnOfError },
      { target: 'reporting', actions: failedByError },
    ],
  },
  on: { abort: { target: 'reporting', actions: aborted, description: 'The requests are dropped.' } },
});

/** The decision table of docs/operating.md, first match wins: force_run beats dry_run and skips only the comparison. */
const diffing = watcher.createStateConfig({
  description: 'Compare both and decide: refresh, or leave HAProxy as it is.',
  entry: ['compare', 'tellCompared'],
  always: [
    {
      guard: 'forcedWithoutTrust',
      target: 'takingTurn',
      actions: ['warnUntrusted', { type: 'keepReason', params: { reason: 'forced' } }],
    },
    { guard: 'forceRun', target: 'takingTurn', actions: { type: 'keepReason', params: { reason: 'forced' } } },
    { guard: 'untrusted', target: 'reporting', actions: 'concludeUntrusted' },
    { guard: 'shrunkTooMuch', target: 'reporting', actions: 'concludeShrunk' },
    {
      guard: 'nothingToRefresh',
      target: 'reporting',
      actions: { type: 'conclude', params: { outcome: { kind: 'unchanged', why: 'noDifference' } } },
    },
    { guard: 'ineffective', target: 'reporting', actions: 'concludeIneffective' },
    {
      guard: 'refreshedRecently',
      target: 'reporting',
      actions: { type: 'conclude', params: { outcome: { kind: 'skipped', why: 'refreshedRecently' } } },
    },
    {
      guard: 'dryRun',
      target: 'reporting',
      actions: { type: 'conclude', params: { outcome: { kind: 'wouldRefresh' } } },
    },
    { target: 'takingTurn', actions: { type: 'keepReason', params: { reason: 'changed' } } },
  ],
});

/** `awaitingYtLock` keeps its name whatever backend serves the lock. */
const awaitingYtLock = watcher.createStateConfig({
  description: 'Wait in line for the cluster lock: one node of the cluster at a time.',
  entry: 'requestClusterLock',
  on: {
    lockQueued: { actions: [tellQueued, 'forgetLockTrouble'] },
    lockDelayed: { actions: [warnOfTrouble, { ...warnOfTrouble, type: 'keepLockTrouble' }] },
    lockHeld: {
      target: 'delaying',
      actions: [{ type: 'tell', params: { type: 'lockHeld' } }, 'forgetLockTrouble'],
    },
    lockRefused: { target: REPORTING, actions: failedByNews },
    lockLost: endedByLockLoss,
    budgetSpent: endedByBudget,
    abort: {
      target: REPORTING,
      actions: aborted,
      description: 'The request is withdrawn when the run lets go of everything.',
    },
  },
});

const delaying = watcher.createStateConfig({
  description: 'Hold the lock and let the cluster settle after whoever refreshed before.',
  after: { refreshDelay: 'confirming' },
  on: {
    lockLost: endedByLockLoss,
    budgetSpent: endedByBudget,
    abort: {
      target: REPORTING,
      actions: aborted,
      description: 'Nothing was touched yet: the wait just ends.',
    },
  },
});

/** The last look before the world is touched: gates rot while one waits. */
const confirming = watcher.createStateConfig({
  description: 'Look again, right before HAProxy is touched.',
  initial: 'lookingAgain',
  states: {
    lookingAgain: {
      description: 'What was compared may have changed while we waited; a forced run does not care.',
      always: [{ guard: 'forceRun', target: 'lookingAtHandbrake' }, { target: 'rereading' }],
    },
    rereading: {
      description: 'Read the primer’s file again: somebody may have refreshed meanwhile.',
      invoke: {
        id: 'readPrimer',
        src: 'readPrimer',
        input: null,
        onDone: { target: 'resolvingAgain', actions: { type: 'keepGroups', params: ({ event }) => event.output } },
        onError: { target: REPORTING, actions: failedByError },
      },
      on: {
        lockLost: endedByLockLoss,
        budgetSpent: endedByBudget,
        abort: { target: REPORTING, actions: aborted, description: 'Reading changes nothing: it is left at once.' },
      },
    },
    resolvingAgain: {
      description: 'Ask service discovery again: the pods may be gone by now.',
      invoke: {
        id: 'resolveGroups',
        src: 'resolveGroups',
        input: resolveInput,
        onDone: { target: 'comparingAgain', actions: { type: 'keepAnswers', params: ({ event }) => event.output } },
        onError: { target: REPORTING, actions: failedByError },
      },
      on: {
        lockLost: endedByLockLoss,
        budgetSpent: endedByBudget,
        abort: { target: REPORTING, actions: aborted, description: 'The requests are dropped.' },
      },
    },
    comparingAgain: {
      description: 'Only what both looks saw still counts.',
      entry: ['compareAgain', 'tellComparedAgain'],
      always: [
        { guard: 'untrusted', target: REPORTING, actions: 'concludeUntrusted' },
        { guard: 'shrunkTooMuch', target: REPORTING, actions: 'concludeShrunk' },
        {
          guard: 'nothingToRefresh',
          target: REPORTING,
          actions: { type: 'conclude', params: { outcome: { kind: 'unchanged', why: 'noLongerNeeded' } } },
        },
        { target: 'lookingAtHandbrake' },
      ],
    },
    lookingAtHandbrake: {
      description: 'Run the handbrake command once more: it may have been pulled while we waited.',
      invoke: {
        id: 'handbrake',
        src: 'handbrake',
        input: handbrakeInput,
        onDone: [
          { guard: 'endingDecided', target: REPORTING },
          { guard: { type: 'released', params: ofResult }, target: 'vouchingForLock', actions: tellEnd('handbrake') },
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
        lockLost: { actions: [keepLoss, tellLoss, 'concludeLockLost', 'stopHandbrake'] },
        budgetSpent: { actions: [outOfTime, 'stopHandbrake'] },
        abort: { actions: [aborted, 'stopHandbrake'], description: 'The command is stopped; its end ends the run.' },
      },
    },
    vouchingForLock: {
      description: 'Have the lock service vouch for the lock with a fresh renewal.',
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
        lockLost: endedByLockLoss,
        budgetSpent: endedByBudget,
        abort: {
          target: REPORTING,
          actions: aborted,
          description: 'Nothing was touched yet: the run just ends.',
        },
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
      actions: ['markRefreshStarted', { type: 'tell', params: ({ event }) => event }],
    },
    lockLost: [
      {
        guard: { type: 'stopsOnLockLoss', params: ({ event }) => event },
        actions: [keepLoss, tellLoss, 'concludeLockLost', { type: 'stopRefresh', params: { why: 'stopped' } }],
      },
      { actions: [keepLoss, tellLoss] },
    ],
    budgetSpent: { actions: { type: 'stopRefresh', params: { why: 'timedOut' } } },
    abort: {
      actions: [aborted, { type: 'stopRefresh', params: { why: 'stopped' } }],
      description: 'The command gets TERM; the run goes on once its whole process group is gone.',
    },
  },
});

const takingTurn = watcher.createStateConfig({
  description: 'One budget, haproxy_timeout, for waiting, settling and refreshing together.',
  initial: 'awaitingYtLock',
  after: { haproxyTimeout: { actions: 'spendBudget' } },
  states: { awaitingYtLock, delaying, confirming, refreshing },
});

const reporting = watcher.createStateConfig({
  description: 'Write the statistics, and what the next run must know.',
  invoke: {
    id: 'writeReport',
    src: 'writeReport',
    input: ({ context }) => reportOf(context),
    onDone: { target: 'releasing', actions: tellNotes },
    onError: { target: 'releasing', actions: [unreported, warnOfError] },
  },
  on: { abort: { description: 'What the run did is decided and being written: it ends by itself.' } },
});

const releasing = watcher.createStateConfig({
  description: 'Give back the cluster lock, then the run lock.',
  initial: 'givingBackClusterLock',
  states: {
    givingBackClusterLock: {
      description: 'Give back the cluster lock, or get out of its line.',
      entry: 'releaseClusterLock',
      always: { guard: 'clusterLockBroken', target: 'droppingRunLock' },
    },
    droppingRunLock: {
      description: 'Remove the pid file and let the next run in.',
      invoke: {
        id: 'dropRunLock',
        src: 'dropRunLock',
        input: null,
        onDone: { target: 'done', actions: tellNotes },
        onError: { target: 'done', actions: warnOfError },
      },
    },
    done: { type: 'final', description: 'Nothing of this node or cluster is held any more.' },
  },
  on: { abort: { description: 'Everything is being given back already.' } },
  onDone: 'free',
});

const holdingRunLock = watcher.createStateConfig({
  description: 'This run is the only one on this node; whatever happens, it reports and lets go.',
  tags: 'runLockHeld',
  initial: 'reading',
  invoke: {
    id: 'clusterLock',
    src: 'clusterLock',
    input: ({ context: { run } }) => ({
      leaseMs: run.leaseMs,
      killGraceMs: run.killGraceMs,
      jitterSeed: run.jitterSeed,
    }),
    onDone: [
      {
        guard: { type: 'unreleased', params: ({ event }) => event.output },
        target: '.releasing.droppingRunLock',
        actions: { type: 'warn', params: ({ event }) => ({ error: event.output.unreleased }) },
      },
      { target: '.releasing.droppingRunLock' },
    ],
    onError: {
      actions: ['markClusterLockBroken', { type: 'loseBrokenLock', params: ({ event }) => ({ error: event.error }) }],
    },
  },
  states: {
    reading,
    resolving,
    diffing,
    takingTurn,
    reporting,
    releasing,
    free: { type: 'final', description: 'The run is over; its outcome says how.' },
  },
  onDone: [
    { guard: { type: 'endedAs', params: { kind: 'refreshed' } }, target: 'refreshed' },
    { guard: { type: 'endedAs', params: { kind: 'unchanged' } }, target: 'unchanged' },
    { guard: { type: 'endedAs', params: { kind: 'wouldRefresh' } }, target: 'wouldRefresh' },
    { guard: { type: 'endedAs', params: { kind: 'skipped' } }, target: 'skipped' },
    { guard: { type: 'endedAs', params: { kind: 'aborted' } }, target: 'aborted' },
    { target: 'failed' },
  ],
});

/** One run, from cron to exit. */
export const watcherMachine = watcher.createMachine({
  id: 'watcher',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    run: input,
    memory: { generations: {}, lastRefresh: null },
    groups: [],
    answers: [],
    diff: null,
    lastDiff: null,
    reason: null,
    refreshStarted: false,
    refresh: null,
    lockLoss: null,
    lockTrouble: null,
    clusterLockBroken: false,
    outcome: null,
  }),
  output: ({ context }) => context.outcome!,
  initial: 'checkingRunLock',
  states: {
    checkingRunLock,
    checkingHandbrake,
    takingRunLock,
    holdingRunLock,
    refreshed: { type: 'final', description: 'HAProxy was refreshed.' },
    unchanged: { type: 'final', description: 'HAProxy has all the pods it needs.' },
    wouldRefresh: { type: 'final', description: 'A dry run found a reason to refresh, and did not.' },
    skipped: { type: 'final', description: 'Another run, the handbrake or an orphaned refresh was in the way.' },
    aborted: { type: 'final', description: 'SIGTERM or SIGINT ended the run.' },
    failed: { type: 'final', description: 'The run could not do its work; its failure says why.' },
  },
});
