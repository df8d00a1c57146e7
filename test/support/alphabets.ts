import type { AnyEventObject } from 'xstate';
import { diffGroups } from '../../machines/diff.ts';
import { planOf } from '../../machines/plan.ts';
import type { LockAnswer } from '../../machines/side-effects.ts';
import type { Answer, CommandResult, Failure, FailureKind, Group, Memory } from '../../machines/vocabulary.ts';
import { result } from './command-result.ts';
import type { Alphabet } from './explore.ts';
import { childExited, PGID } from './fake-child.ts';
import { calm, GONE, KNOWN_GROUPS, ONE_MORE_POD, queued, SAME_PODS } from './fake-services.ts';
import { answer, group, pod } from './pods.ts';

/** What every service says that fails. */
export const WHY = 'for a reason';

function failure(kind: FailureKind): Failure {
  return { kind, message: WHY };
}

const COMMAND_RESULTS: readonly CommandResult[] = [
  result(),
  result({ code: 1 }),
  result({ code: 2 }),
  result({ code: null, signal: 'SIGSEGV' }),
  result({ how: 'timedOut', code: null, signal: 'SIGTERM' }),
  result({ how: 'leftOthers', survivors: 1 }),
  result({ how: 'leftOthers', code: 1, survivors: 1 }),
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
  transaction: null,
  since: null,
  heldForMs: null,
};
const ORPHAN = { runId: 'r6', pgid: 6, startedAt: '2026-01-01T00:00:00.000Z' };
const ONE_GROUP = KNOWN_GROUPS;
const TWO_GROUPS: readonly Group[] = [...KNOWN_GROUPS, group([pod('z')], { endpointSet: 'back' })];
const NO_GROUPS: readonly Group[] = [];

/** What an answer of discovery means for the one group `front`, said apart from the code that finds it out. */
export interface Meaning {
  /** False for what must not be read as a list of pods. */
  readonly isBelieved: boolean;
  readonly changes: readonly string[];
  /** Percent of its pods that it loses. */
  readonly lostPercent: number;
  /** Authority says that it has no pods at all. */
  readonly isGone: boolean;
  readonly generation: number | null;
}

const SAME: Meaning = { isBelieved: true, changes: [], lostPercent: 0, isGone: false, generation: null };
const UNBELIEVED: Meaning = { ...SAME, isBelieved: false };

const DISCOVERED: readonly (readonly [answers: readonly Answer[], meaning: Meaning])[] = [
  [SAME_PODS, SAME],
  [ONE_MORE_POD, { ...SAME, changes: ['c added'] }],
  [[answer([pod('a'), pod('b'), pod('d')])], { ...SAME, changes: ['d added'] }],
  [
    [answer([pod('a', { fqdn: 'a2.example.net' }), pod('b')], { generation: '4' })],
    { ...SAME, changes: ['a renamed'], generation: 4 },
  ],
  [[answer([pod('a'), pod('b', { port: 81 })])], { ...SAME, changes: ['b moved'] }],
  [[answer([pod('a')], { generation: '9' })], { ...SAME, changes: ['b removed'], lostPercent: 50, generation: 9 }],
  [[answer([pod('c')])], { ...SAME, changes: ['c added', 'a removed', 'b removed'], lostPercent: 100 }],
  [
    [answer([], { verdict: 'missing' })],
    { ...SAME, changes: ['a removed', 'b removed'], lostPercent: 100, isGone: true },
  ],
  [[answer([], { verdict: 'unavailable', detail: 'timeout' })], UNBELIEVED],
  [[], UNBELIEVED],
];

const RESOLVED = DISCOVERED.map(([answers, meaning]) => ({ output: { answers }, meaning }));

/** What the very object means that a walk hands to the machine. */
export const MEANINGS: ReadonlyMap<unknown, Meaning> = new Map(
  RESOLVED.map(({ output, meaning }) => [output, meaning]),
);

/** The pods that the last run refreshed for in vain are those of the answer with `c added`. */
export const INEFFECTIVE_CHANGES = ['c added'];
const PLAN = planOf(diffGroups(ONE_GROUP, ONE_MORE_POD), ['added', 'renamed']);

const NOTHING: Memory = { generations: {}, lastRefresh: null };
const GENERATION_5: Memory = { generations: { 'sas/front': '5' }, lastRefresh: null };
const SEEN_OLDER: Memory = { ...GENERATION_5, staleRuns: { 'sas/front': 2 } };
const MEMORIES: readonly Memory[] = [
  NOTHING,
  GENERATION_5,
  SEEN_OLDER,
  { generations: {}, lastRefresh: { plan: PLAN, times: 3, agoMs: 7_200_000 } },
  { generations: {}, lastRefresh: { plan: PLAN, times: 1, agoMs: 1_000 } },
];

export const RUN_ANSWERS: Alphabet = {
  checkRunLock: replies('runLockBroken', calm.checkRunLock, { owner: OTHER_WATCHER }),
  checkReadiness: replies('refreshNotStarted', { notes: [] }, { notes: ['others may write it'] }),
  handbrake: replies('unexpected', ...COMMAND_RESULTS),
  takeRunLock: replies(
    'runLockBroken',
    ...MEMORIES.map((memory, index) => ({ owner: null, orphan: null, memory, notes: index === 0 ? [] : ['a note'] })),
    { owner: OTHER_WATCHER, orphan: null, memory: NOTHING, notes: ['another was faster'] },
    { owner: null, orphan: ORPHAN, memory: GENERATION_5, notes: ['one is left'] },
    { owner: null, orphan: null, memory: GENERATION_5, pastProblem: failure('stateUnreadable'), notes: ['a note'] },
  ),
  readPrimer: replies('primerUnreadable', { groups: ONE_GROUP }, { groups: TWO_GROUPS }, { groups: NO_GROUPS }),
  resolveGroups: replies('discoveryUntrusted', ...RESOLVED.map(({ output }) => output)),
  clusterLock: replies('unexpected', { unreleased: null }, { unreleased: failure('lockUnavailable') }),
  refresh: replies('unexpected', ...COMMAND_RESULTS),
  writeReport: replies('statisticsUnwritable', { notes: ['started anew'] }),
  dropRunLock: replies('runLockBroken', { notes: ['was not there'] }),
};

export const RUN_EVENTS: readonly AnyEventObject[] = [
  { type: 'abort', signal: 'SIGTERM' },
  { type: 'abort', signal: 'SIGHUP' },
  { type: 'commandStarted', command: 'refresh', pgid: PGID },
  { type: 'lockQueued', holder: null, ahead: 1 },
  { type: 'lockDelayed', failure: failure('lockUnavailable') },
  { type: 'lockHeld' },
  { type: 'lockConfirmed', leaseLeftMs: 30_000 },
  { type: 'lockConfirmed', leaseLeftMs: 1 },
  { type: 'lockRefused', failure: failure('lockDenied') },
  { type: 'lockLost', failure: failure('lockLost'), leaseSpent: false },
  { type: 'lockLost', failure: failure('lockLost'), leaseSpent: true },
];

const LOCK_FAILURES = [failure('lockUnavailable'), failure('lockDenied'), failure('unexpected')];

export const LOCK_ANSWERS: Alphabet = {
  requestLock: { done: [lockHeld(30_000), lockHeld(1_000), queued(1), queued(3), GONE], errors: LOCK_FAILURES },
  // What it says of the lease is not to be believed: a question extends nothing.
  checkLock: { done: [lockHeld(99_000), queued(1), queued(3), GONE], errors: LOCK_FAILURES },
  renewLock: { done: [{ standing: 'renewed', leaseLeftMs: 29_000 }, GONE], errors: LOCK_FAILURES },
  releaseLock: { done: [{ released: true }], errors: LOCK_FAILURES },
};

export const LOCK_ORDERS: readonly AnyEventObject[] = [
  { type: 'request', claim: { reason: 'changed' } },
  { type: 'confirm' },
  { type: 'release' },
];

export const CHILD_EVENTS: readonly AnyEventObject[] = [
  { type: 'childReady', pgid: PGID },
  { type: 'childNotStarted', message: 'no such file' },
  childExited(0),
  childExited(1),
  childExited(null, 'SIGTERM'),
  { ...childExited(0), survivors: 1 },
  { type: 'groupGone' },
  { type: 'stop', why: 'stopped' },
  { type: 'stop', why: 'timedOut' },
];

function replies(kind: FailureKind, ...done: readonly unknown[]): Alphabet[string] {
  return { done, errors: [failure(kind)] };
}

function lockHeld(leaseLeftMs: number): LockAnswer {
  return { standing: 'held', holder: null, ahead: null, leaseLeftMs };
}
