import { describe, expect, test } from 'vitest';
import { getStateNodes } from 'xstate/graph';
import { LOCK_LEFT } from '../../machines/failures.ts';
import type { RunPath, RunState } from '../../machines/state-names.ts';
import { ABORT_SIGNALS } from '../../machines/vocabulary.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { Failed } from '../../src/failure.ts';
import { exits, lasts, startsForEver, stubborn, unkillable } from '../support/fake-child.ts';
import { KNOWN_GROUPS, ONE_MORE_POD, onceThenSilent, queued, silent } from '../support/fake-services.ts';
import { type Situation, startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const BRAKE = { onRefreshFailure: 'brake' } as const;

const VERIFY = { asksHaproxy: true, runsCommand: true, timeLimitMs: 10_000 };

/** How to be in every state that waits for something, and what is asked there. */
const before: Partial<Record<RunPath, Situation>> = {
  checkingRunLock: { answers: { checkRunLock: silent } },
  checkingReadiness: { answers: { checkReadiness: silent } },
  checkingHandbrake: { handbrake: [lasts] },
  'holdingRunLock.reading': { answers: { readPrimer: silent } },
  'holdingRunLock.resolving': { answers: { resolveGroups: silent } },
  'holdingRunLock.takingTurn.awaitingYtLock': { answers: { ...CHANGED, requestLock: queued(2), checkLock: queued(2) } },
  'holdingRunLock.takingTurn.delaying': { answers: CHANGED },
  'holdingRunLock.takingTurn.confirming.rereading': {
    get answers() {
      return { ...CHANGED, readPrimer: onceThenSilent({ groups: KNOWN_GROUPS }) };
    },
  },
  'holdingRunLock.takingTurn.confirming.resolvingAgain': {
    get answers() {
      return { ...CHANGED, resolveGroups: onceThenSilent({ answers: ONE_MORE_POD }) };
    },
  },
  'holdingRunLock.takingTurn.confirming.lookingAtBrake': { run: BRAKE, answers: { ...CHANGED, readBrake: silent } },
  'holdingRunLock.takingTurn.confirming.lookingAtHandbrake': { answers: CHANGED, handbrake: [exits(0), lasts] },
  'holdingRunLock.takingTurn.confirming.confirmingLock': { answers: { ...CHANGED, renewLock: silent } },
  'holdingRunLock.takingTurn.refreshing': { answers: CHANGED, refresh: [lasts] },
  'holdingRunLock.takingTurn.verifying.lookingAtHaproxy': {
    run: { verify: VERIFY },
    answers: { ...CHANGED, lookAtHaproxy: silent },
  },
  'holdingRunLock.takingTurn.verifying.runningVerifyCommand': {
    run: { verify: VERIFY },
    answers: CHANGED,
    verify: [lasts],
  },
  'holdingRunLock.takingTurn.verifying.pausing': { run: { verify: VERIFY }, answers: CHANGED, verify: [exits(1)] },
};

/** States where the ending is decided already. */
const after: Partial<Record<RunPath, Situation>> = {
  'holdingRunLock.reporting.engagingBrake.countingFailures': {
    get answers() {
      return { ...CHANGED, readBrake: onceThenSilent({ marks: [], notes: [] }) };
    },
    run: BRAKE,
    refresh: [exits(1)],
  },
  'holdingRunLock.reporting.engagingBrake.markingFailure': {
    run: BRAKE,
    answers: { ...CHANGED, writeBrake: silent },
    refresh: [exits(1)],
  },
  'holdingRunLock.reporting.writingReport': { answers: { writeReport: silent } },
  'holdingRunLock.releasing.givingBackClusterLock': { answers: { ...CHANGED, releaseLock: silent } },
  'holdingRunLock.releasing.droppingRunLock': { answers: { dropRunLock: silent } },
};

/** Have tests of their own: the answer is awaited, or is not. */
const AWAITED: readonly RunPath[] = ['takingRunLock'];
const NOT_AWAITED: Partial<Record<RunPath, Situation>> = {
  'holdingRunLock.releasing.updatingBoard.readingNodeRecord': { answers: { readNodeRecord: silent } },
  'holdingRunLock.releasing.updatingBoard.writingNodeRecord': { answers: { writeNodeRecord: silent } },
};

/** Left as soon as it is entered. */
const PASSED_THROUGH: readonly RunPath[] = [
  'holdingRunLock.diffing',
  'holdingRunLock.takingTurn.confirming.lookingAgain',
  'holdingRunLock.takingTurn.confirming.comparingAgain',
  'holdingRunLock.takingTurn.verifying.choosing',
  'holdingRunLock.takingTurn.confirming.askingForBrake',
  'holdingRunLock.reporting.judgingRefresh',
  'holdingRunLock.releasing.updatingBoard.choosing',
  'holdingRunLock.releasing.judgingReport',
];

test('every state where a run can be asked to stop is in this file', () => {
  const leaves = getStateNodes(watcherMachine).filter(({ type }) => type === 'atomic');
  const known = [
    ...Object.keys(before),
    ...Object.keys(after),
    ...AWAITED,
    ...Object.keys(NOT_AWAITED),
    ...PASSED_THROUGH,
  ];
  expect(leaves.map(({ path }) => path.join('.')).sort()).toEqual(known.sort());
});

describe.each(Object.entries(before))('asked to stop in %s', (state, situation) => {
  test.each(ABORT_SIGNALS)('the run ends as aborted by %s, with everything given back', async (signal) => {
    const run = await at(state, situation);
    await run.abort(signal);
    expect(await run.end()).toEqual({ kind: 'aborted', signal });
    expect(run.children.orders.filter((order) => order.endsWith('start')).length).toBe(lettingsGo(run.children.orders));
    if (state.startsWith('holdingRunLock')) expect(run.report()?.outcome).toEqual({ kind: 'aborted', signal });
  });

  test('a second signal changes nothing', async () => {
    const run = await at(state, situation);
    await run.abort('SIGHUP', 'SIGTERM');
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGHUP' });
    expect(run.children.orders.filter((order) => order.endsWith('SIGTERM')).length).toBeLessThanOrEqual(1);
  });
});

test.each(Object.entries(before).filter(([, { answers }]) => Object.values(answers ?? {}).includes(silent as never)))(
  'asked to stop in %s, what was going on is asked to stop as well',
  async (state, situation) => {
    const run = await at(state, situation);
    const asked = run.calls.at(-1)!;
    expect(asked.signal.aborted).toBe(false);
    await run.abort();
    expect(asked.signal.aborted).toBe(true);
  },
);

describe('asked to stop while the run lock is being taken', () => {
  const answered = {
    owner: null,
    orphan: null,
    memory: { generations: { 'sas/front': '5' }, lastRefresh: null },
    notes: ['a note'],
  };
  const other = {
    title: 'watcher 7',
    host: null,
    pid: 7,
    runId: null,
    reason: null,
    transaction: null,
    since: null,
    heldForMs: null,
  };

  function slow<Answer>() {
    let settleIt: (answer: Answer | Promise<never>) => void = () => {};
    const answer = new Promise<Answer>((resolve) => {
      settleIt = resolve;
    });
    return { ask: () => answer, answer: settleIt };
  }

  test('the answer is awaited, and a lock that was taken is given back', async () => {
    const takeRunLock = slow<typeof answered>();
    const run = startRun({ answers: { takeRunLock: takeRunLock.ask } });
    await run.reach('takingRunLock');
    await run.abort('SIGINT', 'SIGTERM');
    expect(run.state()).toBe('takingRunLock');
    takeRunLock.answer(answered);
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGINT' });
    expect(run.countOf('readPrimer')).toBe(0);
    expect(run.countOf('dropRunLock')).toBe(1);
    expect(run.report()?.generations).toEqual(answered.memory.generations);
  });

  test('a lock that another watcher has is left alone', async () => {
    const takeRunLock = slow<typeof answered & { owner: typeof other }>();
    const run = startRun({ answers: { takeRunLock: takeRunLock.ask as never } });
    await run.reach('takingRunLock');
    await run.abort();
    takeRunLock.answer({ ...answered, owner: other } as never);
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
    expect(run.countOf('dropRunLock')).toBe(0);
  });

  test('a lock that could not be taken is reported as a warning', async () => {
    const takeRunLock = slow<typeof answered>();
    const broken = new Failed('runLockBroken', 'the folder is gone');
    const run = startRun({ answers: { takeRunLock: takeRunLock.ask } });
    await run.reach('takingRunLock');
    await run.abort();
    takeRunLock.answer(Promise.reject(broken));
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
    expect(run.notice).toContainEqual({ type: 'warned', failure: broken.failure });
  });
});

describe.each(Object.entries(after))('asked to stop in %s', (state, situation) => {
  test('what was decided stands, and the run ends by itself', async () => {
    const run = await at(state, situation);
    await run.abort('SIGTERM', 'SIGINT');
    expect(run.state()).toBe(state);
    expect(run.calls.at(-1)?.signal.aborted).toBe(false);
  });
});

test.each(Object.entries(after).filter(([state]) => state.includes('engagingBrake')))(
  'a refresh that failed stays failed for who is stopped in %s',
  async (state, situation) => {
    const run = await at(state, situation);
    await run.abort();
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshFailed' } });
    expect(run.report()?.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'refreshFailed' } });
  },
);

describe.each(Object.entries(NOT_AWAITED))('asked to stop in %s', (state, situation) => {
  test('what was decided stands, and the run ends at once', async () => {
    const run = await at(state, situation);
    await run.abort();
    expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noDifference' });
    expect(run.calls.at(-1)?.name).toBe('dropRunLock');
  });
});

describe('a refresh that is asked to stop', () => {
  test('gets TERM, and is awaited until its whole group is gone', async () => {
    const run = startRun({ answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    await run.abort();
    expect(run.children.orders.slice(-2)).toEqual(['refresh SIGTERM', 'refresh let go']);
    await run.end();
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false, keepIntent: false });
  });

  test('gets KILL when it ignores TERM for the whole grace, with the lock renewed all the while', async () => {
    const run = startRun({ run: { killGraceMs: 10_000 }, answers: CHANGED, refresh: [stubborn] });
    await run.reach('refreshing');
    const renewals = run.countOf('renewLock');
    await run.abort();
    await run.advance(9_999);
    expect(run.children.orders).not.toContain('refresh SIGKILL');
    expect(run.countOf('renewLock')).toBeGreaterThan(renewals);
    await run.advance(1);
    expect(run.children.orders).toContain('refresh SIGKILL');
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
  });

  test('that cannot be killed stays known to the next run', async () => {
    const run = startRun({ answers: CHANGED, refresh: [unkillable] });
    await run.reach('refreshing');
    await run.abort();
    await run.end();
    expect(run.report()).toMatchObject({ refreshStarted: true, keepIntent: true });
    expect(run.countOf('releaseLock')).toBe(0);
    expect(run.notice).toContainEqual({ type: 'warned', failure: LOCK_LEFT });
  });

  test('that cannot be killed keeps the lock from others until the time is over, and then leaves it to its lease', async () => {
    const run = startRun({
      run: { refreshTimeoutMs: 1_000, budgetMs: 600_000 },
      answers: CHANGED,
      refresh: [unkillable],
    });
    await run.reach('refreshing');
    await run.advance(590_000 - run.clock.now());
    expect(run.state()).toContain('refreshing');
    const renewals = run.countOf('renewLock');
    expect(renewals).toBeGreaterThan(60);
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshTimeout' } });
    expect(run.clock.now()).toBe(600_000);
    expect(run.countOf('releaseLock')).toBe(0);
    expect(run.notice).toContainEqual({ type: 'warned', failure: LOCK_LEFT });
    expect(run.report()).toMatchObject({ keepIntent: true });
  });

  test('before it was let go never starts', async () => {
    const run = startRun({ answers: CHANGED, refresh: [startsForEver] });
    await run.reach('refreshing');
    await run.abort();
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
    expect(run.children.orders).not.toContain('refresh go');
    expect(run.report()).toMatchObject({ refreshStarted: false });
  });
});

async function at(state: string, situation: Situation) {
  const run = startRun(situation);
  await run.reach(state.split('.').at(-1) as RunState);
  expect(run.state()).toBe(state);
  return run;
}

function lettingsGo(orders: readonly string[]): number {
  return orders.filter((order) => order.endsWith('let go')).length;
}
