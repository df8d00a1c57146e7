import { describe, expect, test } from 'vitest';
import { outOfTimeFailure } from '../../machines/failures.ts';
import type { RunState } from '../../machines/state-names.ts';
import { Failed } from '../../src/failure.ts';
import { exits, lasts, stubborn } from '../support/fake-child.ts';
import { HELD, ONE_MORE_POD, queued, silent } from '../support/fake-services.ts';
import { type Situation, startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const BUDGET_MS = 60_000;
const IN_LINE = { ...CHANGED, requestLock: queued(2), checkLock: queued(2) };

const waits: readonly [string, RunState, Situation][] = [
  ['waiting in line', 'awaitingYtLock', { answers: IN_LINE }],
  ['a lock service that never answers', 'awaitingYtLock', { answers: { ...CHANGED, requestLock: silent } }],
  ['the delay', 'delaying', { run: { refreshDelayMs: BUDGET_MS + 1 }, answers: CHANGED }],
  ['the last look at the handbrake', 'lookingAtHandbrake', { answers: CHANGED, handbrake: [exits(0), lasts] }],
];

test.each(waits)('haproxy_timeout ends %s', async (_title, state, situation) => {
  const run = startRun({ ...situation, run: { budgetMs: BUDGET_MS, handbrakeTimeoutMs: 600_000, ...situation.run } });
  await run.reach(state);
  await run.advance(BUDGET_MS - 1 - run.clock.now());
  expect(run.state()).toContain(state);
  await run.advance(1);
  expect(await run.end()).toEqual({ kind: 'failed', failure: outOfTimeFailure(null) });
  expect(run.children.orders).not.toContain('refresh start');
});

test('haproxy_timeout ends the wait for the last renewal, if the lease has not run out before', async () => {
  const run = startRun({
    run: { budgetMs: BUDGET_MS, leaseMs: 600_000, refreshDelayMs: 5_000 },
    answers: { ...CHANGED, requestLock: { ...HELD, leaseLeftMs: 600_000 }, renewLock: silent },
  });
  await run.reach('confirmingLock');
  expect(await run.end()).toEqual({ kind: 'failed', failure: outOfTimeFailure(null) });
  expect(run.clock.now()).toBe(BUDGET_MS);
});

describe('one budget', () => {
  test('is shared by the wait, the delay and the refresh', async () => {
    const run = startRun({
      run: { budgetMs: BUDGET_MS, refreshDelayMs: 20_000 },
      answers: IN_LINE,
      refresh: [lasts],
    });
    await run.advance(30_000);
    run.answers.checkLock = HELD;
    await run.reach('refreshing');
    expect(run.clock.now()).toBeGreaterThanOrEqual(50_000);
    await run.advance(BUDGET_MS - 1 - run.clock.now());
    expect(run.children.orders).not.toContain('refresh SIGTERM');
    await run.advance(1);
    expect(run.children.orders).toContain('refresh SIGTERM');
    const failure = { kind: 'refreshTimeout', message: 'the refresh command took too long and was stopped' };
    expect(await run.end()).toEqual({ kind: 'failed', failure });
  });

  test('does not count what comes before the wait for the lock', async () => {
    const run = startRun({
      run: { budgetMs: 10_000, handbrakeTimeoutMs: 600_000 },
      answers: CHANGED,
      handbrake: [lasts, exits(0)],
    });
    await run.advance(300_000);
    run.children.tell({
      type: 'childExited',
      code: 0,
      signal: null,
      output: { stdout: '', stderr: '', droppedBytes: 0 },
      survivors: 0,
      ranMs: 300_000,
    });
    expect((await run.end()).kind).toBe('refreshed');
  });

  test('ends a stubborn refresh with KILL, one grace later', async () => {
    const run = startRun({
      run: { budgetMs: BUDGET_MS, killGraceMs: 10_000 },
      answers: CHANGED,
      refresh: [stubborn],
    });
    await run.reach('refreshing');
    await run.end();
    expect(run.children.orders.slice(-3)).toEqual(['refresh SIGTERM', 'refresh SIGKILL', 'refresh let go']);
    expect(run.clock.now()).toBe(BUDGET_MS + 10_000);
    expect(run.report()?.outcome).toMatchObject({ failure: { kind: 'refreshTimeout' } });
  });
});

describe('haproxy_refresh_timeout', () => {
  test('bounds the command alone', async () => {
    const run = startRun({ run: { refreshTimeoutMs: 7_000 }, answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    await run.advance(6_999);
    expect(run.children.orders).not.toContain('refresh SIGTERM');
    await run.advance(1);
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshTimeout' } });
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false });
  });

  test('never stretches the budget', async () => {
    const run = startRun({
      run: { budgetMs: 10_000, refreshTimeoutMs: 9_000, refreshDelayMs: 5_000 },
      answers: CHANGED,
      refresh: [lasts],
    });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshTimeout' } });
    expect(run.clock.now()).toBe(10_000);
  });
});

test('when the time is over because the lock service is in trouble, the failure says what trouble', async () => {
  const down = new Failed('lockUnavailable', 'YT does not answer');
  const run = startRun({ answers: { ...CHANGED, requestLock: down }, run: { budgetMs: 10_000 } });
  await run.advance(10_000);
  expect(await run.end()).toEqual({ kind: 'failed', failure: outOfTimeFailure(down.failure) });
  expect(outOfTimeFailure(down.failure).message).toContain('the lock service: YT does not answer');
});
