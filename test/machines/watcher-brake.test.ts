import { describe, expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { planOf } from '../../machines/plan.ts';
import type { SeenMark } from '../../machines/vocabulary.ts';
import { Failed } from '../../src/failure.ts';
import { type ChildScript, doesNotStart, exits, lasts, leaves } from '../support/fake-child.ts';
import { KNOWN_GROUPS, ONE_MORE_POD, refuse, silent } from '../support/fake-services.ts';
import { startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const BRAKE = { onRefreshFailure: 'brake' } as const;
const PLAN = planOf(diffGroups(KNOWN_GROUPS, ONE_MORE_POD), ['added', 'renamed']);
const DOWN = new Failed('lockUnavailable', 'connection refused');

function seen(more: Partial<SeenMark> = {}) {
  const who = { node: 'balancer-1', runId: 'r1', at: '2026-01-01T12:00:00.000Z' };
  const mark = { ...who, plan: PLAN, failures: 1, why: 'it exited with 1', agoMs: 60_000, ...more };
  return { readBrake: { marks: [mark], notes: [] } };
}

describe('a run with on_refresh_failure: brake', () => {
  test.each([false, true])('is stopped by a failure for the same plan (forced: %s)', async (forceRun) => {
    const run = startRun({ run: { ...BRAKE, forceRun }, answers: { ...CHANGED, ...seen() } });
    const outcome = await run.end();
    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'brakeEngaged' } });
    expect(run.report()).toMatchObject({ outcome, refreshStarted: false });
    expect(run.children.orders.filter((order) => order.startsWith('refresh'))).toEqual([]);
    expect(run.countOf('writeBrake')).toBe(0);
  });

  test('goes on where another plan failed, and where it was long ago', async () => {
    for (const more of [{ plan: 'another' }, { agoMs: 1_800_000 }]) {
      const run = startRun({ run: BRAKE, answers: { ...CHANGED, ...seen(more) } });
      expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    }
  });

  test('looks right before it refreshes, when the lock is its own', async () => {
    const run = startRun({ run: BRAKE, answers: CHANGED });
    await run.end();
    const names = run.calls.map(({ name }) => name);
    expect(names.indexOf('readBrake')).toBeGreaterThan(names.lastIndexOf('resolveGroups'));
    expect(names.indexOf('readBrake')).toBeLessThan(names.indexOf('releaseLock'));
  });

  test('warns of a mark from the future, and goes on', async () => {
    const run = startRun({ run: BRAKE, answers: { ...CHANGED, ...seen({ agoMs: -1_800_000 }) } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.notice).toContainEqual({ type: 'noted', notes: [expect.stringMatching(/is ignored/)] });
  });

  test('whose board is down refreshes, with a warning', async () => {
    const run = startRun({ run: BRAKE, answers: { ...CHANGED, readBrake: DOWN } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    const message = 'the brake could not be read, and does not stop this refresh: connection refused';
    expect(run.notice).toContainEqual({ type: 'warned', failure: { kind: 'lockUnavailable', message } });
  });

  test('whose board says nothing waits for it no longer than five seconds', async () => {
    const run = startRun({ run: BRAKE, answers: { ...CHANGED, readBrake: silent } });
    await run.reach('lookingAtBrake');
    await run.advance(4_999);
    expect(run.state()).toMatch(/lookingAtBrake$/);
    await run.advance(1);
    expect(run.state()).not.toMatch(/lookingAtBrake$/);
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.notice).toContainEqual({
      type: 'warned',
      failure: { kind: 'lockUnavailable', message: expect.stringMatching(/has not answered in time$/) },
    });
  });
});

test('a run that has no brake neither looks at the board nor marks it', async () => {
  const answers = { ...CHANGED, readBrake: refuse, writeBrake: refuse };
  expect(await startRun({ answers }).end()).toEqual({ kind: 'refreshed', reason: 'changed' });
  const failing = startRun({ answers, refresh: [exits(1)] });
  expect(await failing.end()).toMatchObject({ failure: { kind: 'refreshFailed' } });
  expect(failing.countOf('readBrake') + failing.countOf('writeBrake')).toBe(0);
});

describe('a failed refresh', () => {
  const marked = (run: ReturnType<typeof startRun>) => run.calls.find(({ name }) => name === 'writeBrake')?.input;

  test.each<[string, ChildScript]>([
    ['exited with another code', exits(3)],
    ['left processes that had to be stopped', leaves(0, 1)],
    ['took too long', lasts],
  ])('that %s is marked while the cluster lock is held, before the report', async (_what, script) => {
    const run = startRun({ run: { ...BRAKE, refreshTimeoutMs: 1_000 }, answers: CHANGED, refresh: [script] });
    const outcome = await run.end();
    const { failure } = outcome as Extract<typeof outcome, { kind: 'failed' }>;
    expect(marked(run)).toEqual({ failed: { plan: PLAN, failures: 1, why: failure.message }, others: [] });
    const names = run.calls.map(({ name }) => name);
    expect(names.indexOf('writeBrake')).toBeLessThan(names.indexOf('writeReport'));
    expect(names.indexOf('writeBrake')).toBeLessThan(names.indexOf('releaseLock'));
  });

  test('is counted on from those before it', async () => {
    const run = startRun({
      run: { ...BRAKE, brakeLimit: 3 },
      answers: { ...CHANGED, ...seen({ failures: 2 }) },
      refresh: [exits(1)],
    });
    await run.end();
    expect(marked(run)).toMatchObject({ failed: { failures: 3 } });
  });

  test('is not marked when the command never started, nor when a signal stopped it', async () => {
    const unstarted = startRun({ run: BRAKE, answers: CHANGED, refresh: [doesNotStart('no such file')] });
    await unstarted.end();
    const stopped = startRun({ run: BRAKE, answers: CHANGED, refresh: [lasts] });
    await stopped.reach('refreshing');
    await stopped.abort();
    await stopped.end();
    expect(unstarted.countOf('writeBrake') + stopped.countOf('writeBrake')).toBe(0);
  });

  test.each([
    ['read', { readBrake: DOWN }],
    ['written', { writeBrake: DOWN }],
    ['written in time', { writeBrake: silent }],
  ])('keeps its own ending when the board cannot be %s', async (_how, broken) => {
    const run = startRun({ run: BRAKE, answers: { ...CHANGED, ...broken }, refresh: [exits(1)] });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshFailed' } });
    expect(run.notice).toContainEqual({
      type: 'warned',
      failure: { kind: 'lockUnavailable', message: expect.stringMatching(/^the failed refresh could not be marked/) },
    });
  });
});
