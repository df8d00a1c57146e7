import type { AnyEventObject, ContextFrom } from 'xstate';
import type { ClusterLockInput } from '../../machines/cluster-lock.ts';
import type { CommandResult, Failure, FailureKind, Memory, RunInput } from '../../machines/vocabulary.ts';
import type { watcherMachine } from '../../machines/watcher.ts';
import type { Alphabet, Walk } from './explore.ts';
import { childExited, PGID, SILENT_OUTPUT } from './fake-child.ts';
import { calm, GONE, HELD, KNOWN_GROUPS, ONE_MORE_POD, queued, RENEWED, SAME_PODS } from './fake-services.ts';
import { answer, pod } from './pods.ts';

/** What has happened on the way to a place of a run. */
export interface Passed {
  /** How often the handbrake was seen released. */
  readonly looks: number;
  readonly runLock: boolean;
  readonly reported: boolean;
  readonly dropped: boolean;
}

type RunContext = ContextFrom<typeof watcherMachine>;

const NOTHING_PASSED: Passed = { looks: 0, runLock: false, reported: false, dropped: false };

/** Everything that can happen to a run. */
export function watcherWalk(input: RunInput): Walk<Passed> {
  return {
    input,
    answers: RUN_ANSWERS,
    events: RUN_EVENTS,
    project: runContext,
    // The cluster lock ends only when it is told to.
    possible: ({ type }, snapshot) =>
      type !== 'xstate.done.actor.clusterLock' || snapshot.matches({ holdingRunLock: 'releasing' }),
    observe: { start: NOTHING_PASSED, next: pass },
  };
}

/** Everything that can happen to a cluster lock; chance is left out, and equal failures are counted up to a few. */
export function clusterLockWalk(input: ClusterLockInput): Walk<null> {
  return { input, answers: LOCK_ANSWERS, events: LOCK_ORDERS, project: lockContext };
}

/** Everything that can happen to a child process. */
export function commandWalk(input: unknown): Walk<null> {
  // A child that breaks breaks the command, which its owner sees: nothing to handle here.
  return { input, answers: { child: { done: [], errors: [] } }, events: CHILD_EVENTS };
}

export function result(overrides: Partial<CommandResult> = {}): CommandResult {
  return {
    how: 'exited',
    started: true,
    code: 0,
    signal: null,
    output: SILENT_OUTPUT,
    survivors: 0,
    message: null,
    ...overrides,
  };
}

function failure(kind: FailureKind): Failure {
  return { kind, message: 'for a reason' };
}

const COMMAND_RESULTS: readonly CommandResult[] = [
  result(),
  result({ code: 1 }),
  result({ code: 2 }),
  result({ code: null, signal: 'SIGSEGV' }),
  result({ how: 'timedOut', code: null, signal: 'SIGTERM' }),
  // It ended well in the very moment when it was stopped.
  result({ how: 'stopped', code: 0 }),
  result({ how: 'stopped', code: null, signal: 'SIGTERM' }),
  result({ how: 'notStarted', started: false, code: null, message: 'no such file' }),
  result({ how: 'unkillable', code: null }),
];

const OTHER_WATCHER = {
  title: 'watcher 7',
  host: 'balancer-1',
  pid: 7,
  runId: 'r7',
  reason: null,
  since: null,
  heldForMs: null,
};
const ORPHAN = { runId: 'r6', pgid: 6, startedAt: '2026-01-01T00:00:00.000Z' };
const REMEMBERED: Memory = { generations: { 'sas/front': '5' } };

const RUN_ANSWERS: Alphabet = {
  checkRunLock: replies('runLockBroken', calm.checkRunLock, { owner: OTHER_WATCHER }),
  handbrake: replies('unexpected', ...COMMAND_RESULTS),
  takeRunLock: replies(
    'runLockBroken',
    calm.takeRunLock,
    { owner: OTHER_WATCHER, orphan: null, memory: { generations: {} }, notes: [] },
    { owner: null, orphan: ORPHAN, memory: REMEMBERED, notes: ['one is left'] },
    { owner: null, orphan: null, memory: REMEMBERED, notes: [] },
  ),
  readPrimer: replies('primerUnreadable', { groups: KNOWN_GROUPS }, { groups: [] }),
  resolveGroups: replies(
    'discoveryUntrusted',
    { answers: SAME_PODS },
    { answers: ONE_MORE_POD },
    { answers: [answer([pod('a', { fqdn: 'a2.example.net' }), pod('b')], { generation: '4' })] },
    { answers: [answer([pod('a')], { generation: '9' })] },
    { answers: [answer([], { verdict: 'missing' })] },
    { answers: [answer([], { verdict: 'unavailable', detail: 'timeout' })] },
    { answers: [] },
  ),
  clusterLock: replies('unexpected', { unreleased: null }, { unreleased: failure('lockUnavailable') }),
  refresh: replies('unexpected', ...COMMAND_RESULTS),
  writeReport: replies('statisticsUnwritable', { notes: [] }),
  dropRunLock: replies('runLockBroken', { notes: [] }),
};

const RUN_EVENTS: readonly AnyEventObject[] = [
  { type: 'abort', signal: 'SIGTERM' },
  { type: 'abort', signal: 'SIGINT' },
  { type: 'commandStarted', command: 'refresh', pgid: PGID },
  { type: 'lockQueued', holder: null, ahead: 1 },
  { type: 'lockDelayed', failure: failure('lockUnavailable') },
  { type: 'lockHeld' },
  { type: 'lockConfirmed', leaseLeftMs: 30_000 },
  { type: 'lockConfirmed', leaseLeftMs: 1 },
  { type: 'lockRefused', failure: failure('lockDenied') },
  { type: 'lockLost', failure: failure('lockLost') },
];

const LOCK_FAILURES = [failure('lockUnavailable'), failure('lockDenied'), failure('unexpected')];

const LOCK_ANSWERS: Alphabet = {
  requestLock: { done: [HELD, queued(1), queued(3)], errors: LOCK_FAILURES },
  checkLock: { done: [HELD, queued(1), queued(3)], errors: LOCK_FAILURES },
  renewLock: { done: [RENEWED, GONE], errors: LOCK_FAILURES },
  releaseLock: { done: [{ released: true }], errors: LOCK_FAILURES },
};

const LOCK_ORDERS: readonly AnyEventObject[] = [
  { type: 'request', claim: { reason: 'changed' } },
  { type: 'confirm' },
  { type: 'release' },
];

const CHILD_EVENTS: readonly AnyEventObject[] = [
  { type: 'childReady', pgid: PGID },
  { type: 'childNotStarted', message: 'no such file' },
  childExited(0),
  childExited(1),
  childExited(null, 'SIGTERM'),
  { type: 'groupGone' },
  { type: 'stop', why: 'stopped' },
  { type: 'stop', why: 'timedOut' },
];

function replies(kind: FailureKind, ...done: readonly unknown[]): Alphabet[string] {
  return { done, errors: [failure(kind)] };
}

function pass(before: Passed, { type, output }: AnyEventObject): Passed {
  if (type === 'xstate.done.actor.handbrake' && output.how === 'exited' && output.code === 0) {
    return { ...before, looks: before.looks + 1 };
  }
  if (type === 'xstate.done.actor.takeRunLock') return { ...before, runLock: output.owner === null };
  if (/^xstate\.(done|error)\.actor\.writeReport$/.test(type)) return { ...before, reported: true };
  if (/^xstate\.(done|error)\.actor\.dropRunLock$/.test(type)) return { ...before, dropped: true };
  return before;
}

/** What still decides something; pods do so only until they are compared. */
function runContext({ groups, memory, diff, outcome, refresh, ...rest }: RunContext): unknown {
  return {
    reason: rest.reason,
    refreshStarted: rest.refreshStarted,
    lockLost: rest.lockLoss !== null,
    clusterLockBroken: rest.clusterLockBroken,
    pods: diff === null ? [groups, memory] : null,
    outcome,
    refresh: [refresh?.how, refresh?.code],
  };
}

const FAILURES_COUNTED = 3;

function lockContext(context: { readonly failuresInRow: number; readonly failure: Failure | null }): unknown {
  const { jitter, jitterSeed, failure, failuresInRow, ...rest } = context as typeof context & Record<string, unknown>;
  return { ...rest, failure: failure?.kind, failuresInRow: Math.min(failuresInRow, FAILURES_COUNTED) };
}
