import type { AnyEventObject } from 'xstate';
import type { StopCommand } from '../../machines/command.ts';
import { diffGroups } from '../../machines/diff.ts';
import type { LockOrder } from '../../machines/lock-context.ts';
import { planOf } from '../../machines/plan.ts';
import type { RunEvent } from '../../machines/run-context.ts';
import type { ChildEvent, Standing } from '../../machines/side-effects.ts';
import type {
  Answer,
  CommandResult,
  Endpoint,
  Failure,
  FailureKind,
  Group,
  Memory,
  RunInput,
  SeenMark,
} from '../../machines/vocabulary.ts';
import { result } from './command-result.ts';
import type { Alphabet } from './explore.ts';
import { childExited, PGID } from './fake-child.ts';
import { calm, GONE, queued } from './fake-services.ts';
import { answer, group, pod } from './pods.ts';

// What can be said is drawn from the types: a word that a type has and a table here lacks does not compile.

/** What every service says that fails. */
export const WHY = 'for a reason';

function failure(kind: FailureKind): Failure {
  return { kind, message: WHY };
}

const COMMAND_ENDS: Readonly<Record<CommandResult['how'], readonly CommandResult[]>> = {
  exited: [result(), result({ code: 1 }), result({ code: 2 }), result({ code: null, signal: 'SIGSEGV' })],
  timedOut: [result({ how: 'timedOut', code: null, signal: 'SIGTERM' })],
  leftOthers: [result({ how: 'leftOthers', survivors: 1 }), result({ how: 'leftOthers', code: 1, survivors: 1 })],
  stopped: [
    // It ended well in the very moment when it was stopped.
    result({ how: 'stopped', code: 0 }),
    result({ how: 'stopped', code: null, signal: 'SIGTERM' }),
  ],
  notStarted: [result({ how: 'notStarted', started: false, code: null, message: 'no such file' })],
  unkillable: [result({ how: 'unkillable', code: null })],
};
const COMMAND_RESULTS = Object.values(COMMAND_ENDS).flat();

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
const A = pod('a');
const B = pod('b', { ip4: '192.0.2.1' });
const ONE_GROUP: readonly Group[] = [group([A, B])];
const TWO_GROUPS: readonly Group[] = [...ONE_GROUP, group([pod('z')], { endpointSet: 'back' })];
const NO_GROUPS: readonly Group[] = [];

/** What an answer of discovery means for the one group `front`, said apart from the code that finds it out. */
export interface Meaning {
  /** False for what must not be read as a list of pods. */
  readonly isBelieved: boolean;
  readonly changes: readonly string[];
  /** Percent of its pods that it loses. */
  readonly shrunkPercent: number;
  /** Authority says that it has no pods at all. */
  readonly isGone: boolean;
  readonly generation: number | null;
}

const SAME: Meaning = { isBelieved: true, changes: [], shrunkPercent: 0, isGone: false, generation: null };
const UNBELIEVED: Meaning = { ...SAME, isBelieved: false };

/** Where the pod `b` may be by now: anything of a pod but its names can have changed alone. */
const ELSEWHERE: Readonly<{ [Field in Exclude<keyof Endpoint, 'id' | 'fqdn'>]: Pick<Endpoint, Field> }> = {
  ip4: { ip4: '192.0.2.2' },
  ip6: { ip6: '2001:db8::2' },
  port: { port: 81 },
};

const SAME_PODS = [answer([A, B])];
const ONE_MORE_POD = [answer([A, B, pod('c')])];

/** The generation that is remembered where any is: an answer may be older, just as old, or newer. */
const GENERATION = 5;

const DISCOVERED: readonly (readonly [answers: readonly Answer[], meaning: Meaning])[] = [
  [SAME_PODS, SAME],
  [ONE_MORE_POD, { ...SAME, changes: ['c added'] }],
  [
    [answer([A, B, pod('d')], { generation: `${GENERATION}` })],
    { ...SAME, changes: ['d added'], generation: GENERATION },
  ],
  [
    [answer([pod('a', { fqdn: 'a2.example.net' }), B], { generation: `${GENERATION - 1}` })],
    { ...SAME, changes: ['a renamed'], generation: GENERATION - 1 },
  ],
  ...Object.entries(ELSEWHERE).map(
    ([field, moved]) =>
      [[answer([A, { ...B, ...moved }])], { ...SAME, changes: [`b to another ${field} moved`] }] as const,
  ),
  [[answer([A], { generation: '9' })], { ...SAME, changes: ['b removed'], shrunkPercent: 50, generation: 9 }],
  [[answer([pod('c')])], { ...SAME, changes: ['c added', 'a removed', 'b removed'], shrunkPercent: 50 }],
  [
    [answer([], { verdict: 'missing' })],
    { ...SAME, changes: ['a removed', 'b removed'], shrunkPercent: 100, isGone: true },
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
/** And so is this their plan, as it is that of the marks on the board. */
export const PLAN = planOf(diffGroups(ONE_GROUP, ONE_MORE_POD), ['added', 'renamed']);

const NOTHING: Memory = { generations: {}, lastRefresh: null };
const KNOWN: Memory = { generations: { 'sas/front': `${GENERATION}` }, lastRefresh: null };

/** Every number is on one side of the limit that it is held against, or on the other, and as near to it as can be. */
function memories({ staleLimit, maxIneffective, minRefreshIntervalMs }: RunInput): readonly Memory[] {
  const justBefore = Math.max(0, minRefreshIntervalMs - 1);
  const last = (lastRefresh: Memory['lastRefresh']): Memory => ({ generations: {}, lastRefresh });
  return [
    NOTHING,
    KNOWN,
    { ...KNOWN, staleRuns: { 'sas/front': Math.max(1, staleLimit - 1) } },
    last({ plan: PLAN, times: maxIneffective, agoMs: justBefore }),
    last({ plan: PLAN, times: maxIneffective - 1, agoMs: justBefore }),
    last({ plan: PLAN, times: maxIneffective - 1, agoMs: minRefreshIntervalMs }),
    last({ plan: null, times: maxIneffective, agoMs: null }),
  ];
}

const TAKEN_WITH_TROUBLE = [
  { owner: OTHER_WATCHER, orphan: null, memory: NOTHING, notes: ['another was faster'] },
  { owner: null, orphan: ORPHAN, memory: KNOWN, notes: ['one is left'] },
  { owner: null, orphan: null, memory: KNOWN, memoryFailure: failure('stateUnreadable'), notes: ['a note'] },
];

/** What an answer of the board means for a brake of 30 minutes; `same` is the plan of the answer with `c added`. */
interface BrakeMeaning {
  readonly plan: 'same' | 'another' | null;
  readonly isOver: boolean;
  readonly failures: number;
}

function marksFor({ brakeTtlMs }: RunInput): readonly (readonly [marks: readonly SeenMark[], meaning: BrakeMeaning])[] {
  return [
    [[], { plan: null, isOver: true, failures: 0 }],
    [[mark(PLAN, 1)], { plan: 'same', isOver: false, failures: 1 }],
    [[mark(PLAN, 2, brakeTtlMs - 1)], { plan: 'same', isOver: false, failures: 2 }],
    [[mark(PLAN, 2, brakeTtlMs)], { plan: 'same', isOver: true, failures: 2 }],
    [[mark(PLAN, 2, -brakeTtlMs)], { plan: 'same', isOver: true, failures: 2 }],
    [[mark('another', 2)], { plan: 'another', isOver: false, failures: 2 }],
  ];
}

/** What the very object means that a walk hands to the machine. */
export const BRAKE_MEANINGS = new Map<unknown, BrakeMeaning>();

function seenBrakes(run: RunInput): readonly unknown[] {
  return marksFor(run).map(([marks, meaning], index) => {
    const output = { marks, notes: index === 0 ? ['cannot be read'] : [] };
    BRAKE_MEANINGS.set(output, meaning);
    return output;
  });
}

/** Said by this node already of a run that ends so, which never compares. */
const NODE_RECORD = { outcome: 'skipped/orphanRefresh', plan: null, version: '1.0.0', agoMs: 59_999 };
export const BOARD_IS_CURRENT = { record: NODE_RECORD, version: '1.0.0' };

const RUN_ANSWERS: Alphabet = {
  checkRunLock: replies('runLockBroken', calm.checkRunLock, { owner: OTHER_WATCHER }),
  checkReadiness: replies('refreshNotStarted', { notes: [] }, { notes: ['others may write it'] }),
  handbrake: replies('unexpected', ...COMMAND_RESULTS),
  readPrimer: replies('primerUnreadable', { groups: ONE_GROUP }, { groups: TWO_GROUPS }, { groups: NO_GROUPS }),
  resolveGroups: replies('discoveryUntrusted', ...RESOLVED.map(({ output }) => output)),
  clusterLock: replies('unexpected', { unreleased: null }, { unreleased: failure('lockUnavailable') }),
  refresh: replies('unexpected', ...COMMAND_RESULTS),
  lookAtHaproxy: replies(
    'refreshIneffective',
    { missing: [], isOld: false },
    { missing: ['c.example.net'], isOld: false },
    { missing: [], isOld: true },
  ),
  verify: replies('unexpected', ...COMMAND_RESULTS),
  writeReport: replies('statisticsUnwritable', { notes: ['started anew'] }),
  writeBrake: replies('lockDenied', { written: true }),
  readNodeRecord: replies(
    'lockUnavailable',
    { record: null, version: '1.0.0' },
    BOARD_IS_CURRENT,
    { record: { ...NODE_RECORD, agoMs: 60_000 }, version: '1.0.0' },
    { record: { ...NODE_RECORD, plan: PLAN }, version: '1.0.0' },
    { record: { ...NODE_RECORD, version: '0.9.0' }, version: '1.0.0' },
    { record: { ...NODE_RECORD, outcome: 'refreshed', plan: 'none of these' }, version: '1.0.0' },
    { record: NODE_RECORD, version: '1.1.0' },
  ),
  writeNodeRecord: replies('lockUnavailable', { written: true }),
  dropRunLock: replies('runLockBroken', { notes: ['was not there'] }),
};

/** What the services of a run with this input can answer. */
export function runAnswers(run: RunInput): Alphabet {
  const taken = memories(run).map((memory, index) => ({
    owner: null,
    orphan: null,
    memory,
    notes: index === 0 ? [] : ['a note'],
  }));
  return {
    ...RUN_ANSWERS,
    takeRunLock: replies('runLockBroken', ...taken, ...TAKEN_WITH_TROUBLE),
    readBrake: replies('lockUnavailable', ...seenBrakes(run)),
  };
}

export const SIGNALS = ['SIGTERM', 'SIGHUP'] as const;

/** What is needed of a lease to stop a refresh: a tenth of it, and the grace. With no more than that none may start. */
export function neededMs({ leaseMs, killGraceMs }: Pick<RunInput, 'leaseMs' | 'killGraceMs'>): number {
  return Math.ceil(leaseMs / 10) + killGraceMs;
}

/** What else can come to a run with this input; what it tells itself does not come from outside. */
export function runEvents(run: RunInput): readonly AnyEventObject[] {
  const events: { readonly [Type in RunEvent['type']]: readonly Extract<RunEvent, { type: Type }>[] } = {
    abort: SIGNALS.map((signal) => ({ type: 'abort', signal })),
    budgetSpent: [],
    verifySpent: [],
    commandStarted: [{ type: 'commandStarted', command: 'refresh', pgid: PGID }],
    lockQueued: [{ type: 'lockQueued', holder: null, ahead: null }],
    lockDelayed: [{ type: 'lockDelayed', failure: failure('lockUnavailable') }],
    lockHeld: [{ type: 'lockHeld' }],
    lockConfirmed: [1, 0].map((more) => ({ type: 'lockConfirmed', leaseLeftMs: neededMs(run) + more })),
    lockRefused: [{ type: 'lockRefused', failure: failure('lockDenied') }],
    lockLost: [false, true].map((leaseSpent) => ({ type: 'lockLost', failure: failure('lockLost'), leaseSpent })),
  };
  return Object.values(events).flat();
}

const LOCK_FAILURES = [failure('lockUnavailable'), failure('lockDenied'), failure('unexpected')];

/** Who is first and how many are before us can each be unknown; the next check may wait by itself. */
const IN_LINE: readonly Standing[] = [
  queued(1),
  { ...queued(1), holder: null, checkWaits: true },
  { ...queued(1), ahead: null },
];

export const LOCK_ANSWERS: Alphabet = {
  // After a quarter of the lease of 30 s a request counts just yet.
  requestLock: { done: [lockHeld(22_500), lockHeld(22_499), ...IN_LINE, GONE], errors: LOCK_FAILURES },
  // What it says of the lease is not to be believed: a question extends nothing.
  checkLock: { done: [lockHeld(99_000), ...IN_LINE, GONE], errors: LOCK_FAILURES },
  renewLock: { done: [{ standing: 'renewed', leaseLeftMs: 29_000 }, GONE], errors: LOCK_FAILURES },
  releaseLock: { done: [{ released: true }], errors: LOCK_FAILURES },
};

const ORDERS: { readonly [Type in LockOrder['type']]: readonly Extract<LockOrder, { type: Type }>[] } = {
  request: [{ type: 'request', claim: { reason: 'changed' } }],
  confirm: [{ type: 'confirm' }],
  release: [{ type: 'release' }],
  leave: [{ type: 'leave' }],
};
export const LOCK_ORDERS: readonly AnyEventObject[] = Object.values(ORDERS).flat();

type ToCommand = ChildEvent | StopCommand;

const TO_COMMAND: { readonly [Type in ToCommand['type']]: readonly Extract<ToCommand, { type: Type }>[] } = {
  childReady: [{ type: 'childReady', pgid: PGID }],
  childNotStarted: [{ type: 'childNotStarted', message: 'no such file' }],
  childExited: [childExited(0), childExited(1), childExited(null, 'SIGTERM'), { ...childExited(0), survivors: 1 }],
  groupGone: [{ type: 'groupGone' }],
  groupLives: [{ type: 'groupLives' }],
  stop: [
    { type: 'stop', why: 'stopped' },
    { type: 'stop', why: 'timedOut' },
  ],
};
export const CHILD_EVENTS: readonly AnyEventObject[] = Object.values(TO_COMMAND).flat();

function replies(kind: FailureKind, ...done: readonly unknown[]): Alphabet[string] {
  return { done, errors: [failure(kind)] };
}

function lockHeld(leaseLeftMs: number): Standing {
  return { standing: 'held', holder: null, ahead: null, leaseLeftMs };
}

function mark(plan: string, failures: number, agoMs = 1_000): SeenMark {
  return { plan, failures, why: WHY, node: 'balancer-2', runId: 'r2', at: '2026-01-01T00:00:00.000Z', agoMs };
}
