// The words of the run's machine: what it asks, what it knows, what it can decide. Which comes when stands in watcher.ts.

import { assign, emit, raise, sendTo, setup } from 'xstate';

import { brakeFailure, markInTheWay, marksOfTheFuture, planOfRun, refreshFailureOf } from './brake.ts';
import { clusterLockMachine } from './cluster-lock.ts';
import { commandMachine } from './command.ts';
import { handbrakeSays, hasSucceeded } from './command-answer.ts';
import { diffGroups, needsRefresh } from './diff.ts';
import { expectedPods } from './expected-pods.ts';
import {
  doubtOf,
  emptyPrimerFailure,
  failed,
  ineffectiveFailure,
  outOfTimeFailure,
  unreportedOutcome,
  unverifiedFailure,
} from './failures.ts';
import { knownToHave } from './known-to-have.ts';
import { leaseReserveMs } from './lease-budget.ts';
import type { ReleaseOutcome } from './lock-context.ts';
import { isBoardCurrent, writesNoNodeRecord } from './node-record.ts';
import { planOf } from './plan.ts';
import type { RunContext, RunEvent } from './run-context.ts';
import { isEmptyPrimer, isUntrusted, judge } from './run-judgements.ts';
import { mayRefreshLive } from './run-report.ts';
import { seenTwice } from './second-look.ts';
import { asFailure, service } from './service.ts';
import type { HaproxyLook, PreviousRun } from './side-effects.ts';
import { BOARD_TIMEOUT_MS, REPORT_TIMEOUT_MS, VERIFY_PAUSE_MS } from './time-limits.ts';
import { groupsShrunkTooMuch, shrunkFailure, untrustedFailure } from './trust.ts';
import type {
  Answer,
  CommandResult,
  Diff,
  Endpoint,
  Failure,
  Group,
  Holder,
  NodeRecord,
  Notice,
  Orphan,
  Outcome,
  Reason,
  RunInput,
  SeenMark,
  SeenNodeRecord,
} from './vocabulary.ts';

export const watcher = setup({
  types: {
    input: {} as RunInput,
    context: {} as RunContext,
    events: {} as RunEvent,
    emitted: {} as Notice,
    output: {} as Outcome,
    tags: {} as 'runLockHeld',
  },
  actors: {
    checkRunLock: service('checkRunLock'),
    checkReadiness: service('checkReadiness'),
    takeRunLock: service('takeRunLock'),
    readPrimer: service('readPrimer'),
    resolveGroups: service('resolveGroups'),
    lookAtHaproxy: service('lookAtHaproxy'),
    writeReport: service('writeReport'),
    dropRunLock: service('dropRunLock'),
    readBrake: service('readBrake'),
    writeBrake: service('writeBrake'),
    readNodeRecord: service('readNodeRecord'),
    writeNodeRecord: service('writeNodeRecord'),
    handbrake: commandMachine,
    refresh: commandMachine,
    verify: commandMachine,
    clusterLock: clusterLockMachine,
  },
  guards: {
    ownedByAnother: (_, { owner }: { owner: Holder | null }) => owner !== null,
    ownedThoughDecided: ({ context }, { owner }: { owner: Holder | null }) =>
      owner !== null && context.outcome !== null,
    memoryUnreadable: (_, { memoryFailure }: { memoryFailure?: Failure }) => memoryFailure !== undefined,
    orphanAlive: (_, { orphan }: { orphan: Orphan | null }) => orphan !== null,
    released: (_, { result }: { result: CommandResult }) => handbrakeSays(result) === 'released',
    engaged: (_, { result }: { result: CommandResult }) => handbrakeSays(result) === 'engaged',
    succeeded: (_, { result }: { result: CommandResult }) => hasSucceeded(result),
    succeededToVerify: ({ context }, { result }: { result: CommandResult }) =>
      Boolean(context.run.verify) && hasSucceeded(result),
    looksAtHaproxy: ({ context }) => context.run.verify!.asksHaproxy,
    hasVerifyCommand: ({ context }) => context.run.verify!.runsCommand,
    lacksPods: (_, { look }: { look: HaproxyLook }) => look.missing.length > 0 || look.isOld,
    primerEmpty: ({ context }, { groups }: { groups: readonly Group[] }) => isEmptyPrimer(groups, context.run),
    forcedThoughEmpty: ({ context }, { groups }: { groups: readonly Group[] }) =>
      context.run.forceRun && isEmptyPrimer(groups, context.run),
    endingDecided: ({ context }) => context.outcome !== null,
    forceRun: ({ context }) => context.run.forceRun,
    dryRun: ({ context }) => context.run.dryRun,
    untrusted: ({ context: { run, diff } }) => isUntrusted(diff!, run),
    forcedWithoutTrust: ({ context: { run, diff } }) => run.forceRun && isUntrusted(diff!, run),
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
    usesBrake: ({ context }) => context.run.onRefreshFailure === 'brake',
    brakeApplies: ({ context }, { marks }: { marks: readonly SeenMark[] }) =>
      markInTheWay(marks, planOfRun(context), context.run) !== null,
    reportGoesOn: ({ context }) => context.reportGoesOn,
    engagesBrake: ({ context }) => context.run.onRefreshFailure === 'brake' && refreshFailureOf(context) !== null,
    writesNoNodeRecord: ({ context }) => writesNoNodeRecord(context),
    boardIsCurrent: (
      _,
      { ours, record, version }: { ours: NodeRecord; record: SeenNodeRecord | null; version: string },
    ) => isBoardCurrent(ours, record, version),
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
    concludeEmptyPrimer: assign({ outcome: ({ context }) => failed(emptyPrimerFailure(context.run.primerFile)) }),
    concludeUntrusted: assign({ outcome: ({ context }) => failed(untrustedFailure(context.diff!)) }),
    concludeShrunk: assign({
      outcome: ({ context: { run, lastDiff } }) => failed(shrunkFailure(lastDiff!, run)),
    }),
    concludeRefreshed: assign({ outcome: ({ context }): Outcome => ({ kind: 'refreshed', reason: context.reason! }) }),
    concludeUnverified: assign({
      outcome: ({ context }) => context.outcome ?? failed(unverifiedFailure(context.doubt)),
    }),
    doubt: assign({ doubt: (_, { look }: { look: HaproxyLook }) => doubtOf(look) }),
    doubtBecause: assign({ doubt: (_, { error }: { error: unknown }) => asFailure(error).message }),
    concludeBraked: assign({
      outcome: ({ context }, { marks }: { marks: readonly SeenMark[] }) =>
        failed(brakeFailure(markInTheWay(marks, planOfRun(context), context.run)!)),
    }),
    keepMarks: assign({ marks: (_, { marks }: { marks: readonly SeenMark[] }) => marks }),
    concludeOutOfTime: assign({
      outcome: ({ context }) => context.outcome ?? failed(outOfTimeFailure(context.lockTrouble)),
    }),
    concludeLockLost: assign({ outcome: ({ context }) => context.outcome ?? failed(context.lockLoss!) }),
    concludeUnreported: assign({
      outcome: ({ context }, { error }: { error: unknown }) => unreportedOutcome(context.outcome, asFailure(error)),
    }),
    leaveReport: assign({ reportGoesOn: true }),
    keepMemory: assign((_, { memory, orphan, memoryFailure }: PreviousRun) => ({
      memory,
      orphan,
      memoryFailure: memoryFailure ?? null,
    })),
    keepGroups: assign({ groups: (_, { groups }: { groups: readonly Group[] }) => groups }),
    keepAnswers: assign(({ context }, { answers }: { answers: readonly Answer[] }) => {
      const { answers: judged, memory } = judge(context, answers);
      return { answers: judged, memory };
    }),
    /** The lists themselves, which may be large, have served their purpose. */
    compare: assign(({ context: { run, memory, groups, answers } }) => {
      const diff = diffGroups(knownToHave(groups, memory.primerBefore, answers), answers);
      return { diff, lastDiff: diff, expected: expected(run, diff, answers), groups: [], answers: [] };
    }),
    /** A change must be seen twice to count. */
    compareAgain: assign(({ context: { run, memory, groups, answers, diff: before } }) => {
      const lastDiff = diffGroups(knownToHave(groups, memory.primerBefore, answers), answers);
      const diff = seenTwice(before!, lastDiff);
      return { diff, lastDiff, expected: expected(run, diff, answers), groups: [], answers: [] };
    }),
    concludeIneffective: assign({
      outcome: ({ context }) => failed(ineffectiveFailure(context.memory.lastRefresh!.times)),
    }),
    keepReason: assign({ reason: (_, { reason }: { reason: Reason }) => reason }),
    keepLockTrouble: assign({ lockTrouble: (_, { error }: { error: unknown }) => asFailure(error) }),
    forgetLockTrouble: assign({ lockTrouble: null }),
    keepLockLoss: assign({ lockLoss: (_, { failure }: { failure: Failure }) => failure }),
    markClusterLockBroken: assign({ clusterLockBroken: true }),
    /** A lock whose machine broke cannot report its loss itself. */
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
    /** No other node may refresh beside a refresh that could not be stopped: its lease keeps them away a while longer. */
    releaseClusterLock: sendTo('clusterLock', ({ context }) => ({
      type: mayRefreshLive(context) ? 'leave' : 'release',
    })),
    stopHandbrake: sendTo('handbrake', { type: 'stop', why: 'stopped' }),
    stopRefresh: sendTo('refresh', (_, { why }: { why: 'stopped' | 'timedOut' }) => ({ type: 'stop', why })),
    stopVerify: sendTo('verify', { type: 'stop', why: 'stopped' }),
    spendVerifyTime: raise({ type: 'verifySpent' }),
    spendBudget: raise({ type: 'budgetSpent' }),
    notify: emit((_, notice: Notice) => notice),
    notifyNewBeginning: emit(({ context }, { answers }: { answers: readonly Answer[] }): Notice => {
      const { newBeginning } = judge(context, answers);
      return { type: 'noted', notes: newBeginning === null ? [] : [newBeginning] };
    }),
    notifyComparedAgain: emit(({ context }): Notice => ({ type: 'comparedAgain', diff: context.diff! })),
    notifyCompared: emit(({ context }): Notice => ({ type: 'compared', diff: context.diff! })),
    warnUntrusted: emit(({ context }): Notice => ({ type: 'warned', failure: untrustedFailure(context.diff!) })),
    warnOfEmptyPrimer: emit(
      ({ context }): Notice => ({
        type: 'warned',
        failure: emptyPrimerFailure(context.run.primerFile),
      }),
    ),
    notifyMarks: emit(
      ({ context }, { marks, notes }: { marks: readonly SeenMark[]; notes: readonly string[] }): Notice => ({
        type: 'noted',
        notes: [...notes, ...marksOfTheFuture(marks, context.run)],
      }),
    ),
    warn: emit((_, { error }: { error: unknown }): Notice => ({ type: 'warned', failure: asFailure(error) })),
  },
  delays: {
    haproxyTimeout: ({ context }) => context.run.budgetMs,
    boardTimeout: BOARD_TIMEOUT_MS,
    reportTimeout: REPORT_TIMEOUT_MS,
    refreshDelay: ({ context }) => context.run.refreshDelayMs,
    verifyTimeout: ({ context }) => context.run.verify!.timeLimitMs,
    verifyPause: VERIFY_PAUSE_MS,
  },
});

/** Kept only where it is looked at. */
function expected({ verify }: RunInput, diff: Diff, answers: readonly Answer[]): readonly Endpoint[] {
  return verify?.asksHaproxy === true ? expectedPods(diff, answers) : [];
}
