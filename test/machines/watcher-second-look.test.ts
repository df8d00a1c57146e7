import { describe, expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { inTurn, KNOWN_GROUPS, ONE_MORE_POD, SAME_PODS } from '../support/fake-services.ts';
import { answer, group, named, pod } from '../support/pods.ts';
import { startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const known = { groups: KNOWN_GROUPS };

describe('right before the refresh the run looks again', () => {
  test('and refreshes nothing when the pods are gone', async () => {
    const run = startRun({ answers: { resolveGroups: inTurn({ answers: ONE_MORE_POD }, { answers: SAME_PODS }) } });
    expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noLongerNeeded' });
    expect(run.report()).toMatchObject({ refreshStarted: false, lastRefresh: null });
  });

  test('and refreshes nothing when somebody else brought them in meanwhile', async () => {
    const refreshed = { groups: [group([pod('a'), pod('b'), pod('c')])] };
    const run = startRun({ answers: { ...CHANGED, readPrimer: inTurn(known, refreshed) } });
    expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noLongerNeeded' });
  });

  test('and counts only what it sees twice', async () => {
    const other = { answers: [answer([pod('a'), pod('b'), pod('d')])] };
    const both = { answers: [answer([pod('a'), pod('b'), pod('c'), pod('d')])] };
    const flapping = startRun({ answers: { resolveGroups: inTurn({ answers: ONE_MORE_POD }, other) } });
    expect(await flapping.end()).toEqual({ kind: 'unchanged', why: 'noLongerNeeded' });
    const growing = startRun({ answers: { resolveGroups: inTurn({ answers: ONE_MORE_POD }, both) } });
    expect(await growing.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(growing.report()?.diff?.groups).toMatchObject([{ added: named('c.example.net') }]);
  });

  test.each([
    ['the primer can no longer be read', { readPrimer: inTurn(known, new Failed('primerUnreadable', 'cut')) }],
    [
      'discovery cannot be trusted',
      { resolveGroups: inTurn({ answers: ONE_MORE_POD }, { answers: [answer([], { verdict: 'denied' })] }) },
    ],
  ])('and fails when %s', async (_, answers) => {
    const run = startRun({ answers: { ...CHANGED, ...answers } });
    expect(await run.end()).toMatchObject({ kind: 'failed' });
    expect(run.report()).toMatchObject({ refreshStarted: false });
  });

  test('but not in a forced run, which does not compare', async () => {
    const run = startRun({ run: { forceRun: true }, answers: CHANGED });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    expect(run.calls.filter(({ name }) => name === 'readPrimer')).toHaveLength(1);
    expect(run.report()?.lastRefresh).toEqual({ plan: null, times: 1 });
  });
});

describe('refreshes that do not help', () => {
  const taken = (lastRefresh: { plan: string; times: number; agoMs: number | null } | null) => ({
    takeRunLock: { owner: null, orphan: null, memory: { generations: {}, lastRefresh }, notes: [] },
  });

  async function planOfThis(): Promise<string> {
    const run = startRun({ answers: CHANGED });
    await run.end();
    return run.report()!.lastRefresh!.plan!;
  }

  test('are counted while they are for the same pods', async () => {
    const plan = await planOfThis();
    const again = startRun({ answers: { ...CHANGED, ...taken({ plan, times: 2, agoMs: 300_000 }) } });
    expect(await again.end()).toMatchObject({ kind: 'refreshed' });
    expect(again.report()?.lastRefresh).toEqual({ plan, times: 3 });
    const other = startRun({ answers: { ...CHANGED, ...taken({ plan: 'another', times: 2, agoMs: 300_000 }) } });
    await other.end();
    expect(other.report()?.lastRefresh).toEqual({ plan, times: 1 });
  });

  test('end in a loud failure, which a forced run overrides', async () => {
    const plan = await planOfThis();
    const answers = { ...CHANGED, ...taken({ plan, times: 3, agoMs: 300_000 }) };
    expect(await startRun({ answers }).end()).toMatchObject({
      kind: 'failed',
      failure: { kind: 'refreshIneffective' },
    });
    expect(await startRun({ answers, run: { maxIneffective: 4 } }).end()).toMatchObject({ kind: 'refreshed' });
    expect(await startRun({ answers, run: { forceRun: true } }).end()).toMatchObject({ kind: 'refreshed' });
  });

  test.each([
    [59_999, { kind: 'skipped', why: 'refreshedRecently' }],
    [60_000, { kind: 'refreshed', reason: 'changed' }],
    [null, { kind: 'refreshed', reason: 'changed' }],
  ])('a refresh %s ms ago, with a minute between two: %j', async (agoMs, outcome) => {
    const answers = { ...CHANGED, ...taken({ plan: 'another', times: 1, agoMs }) };
    expect(await startRun({ answers, run: { minRefreshIntervalMs: 60_000 } }).end()).toEqual(outcome);
  });
});
