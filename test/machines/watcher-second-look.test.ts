import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../machines/vocabulary.ts';
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

  test.each([
    ['a rename that changed', { fqdn: 'x.example.net' }, { fqdn: 'y.example.net' }],
    ['an IPv4 address that changed', { ip4: '192.0.2.2' }, { ip4: '192.0.2.3' }],
    ['an IPv6 address that changed', { ip6: '2001:db8::2' }, { ip6: '2001:db8::3' }],
    ['a port that changed', { port: 81 }, { port: 82 }],
  ])('and refreshes nothing for %s between the two looks, but for one that stayed', async (_what, one, other) => {
    const groups = [group([pod('a', { ip4: '192.0.2.1' })])];
    const seen = (where: Partial<Endpoint>) => ({ answers: [answer([pod('a', { ip4: '192.0.2.1', ...where })])] });
    const refreshOn = ['renamed', 'moved'] as const;
    const run = (...looks: readonly ReturnType<typeof seen>[]) =>
      startRun({ run: { refreshOn }, answers: { readPrimer: { groups }, resolveGroups: inTurn(...looks) } }).end();
    expect(await run(seen(one), seen(other))).toEqual({ kind: 'unchanged', why: 'noLongerNeeded' });
    expect(await run(seen(one), seen(one))).toEqual({ kind: 'refreshed', reason: 'changed' });
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

  test('and fails when a group has shrunk too much meanwhile, though the pod to add is still there', async () => {
    const shrunk = { answers: [answer([pod('c')])] };
    const run = startRun({
      run: { maxShrinkPercent: 49 },
      answers: { resolveGroups: inTurn({ answers: ONE_MORE_POD }, shrunk) },
    });
    const message = 'max_shrink_percent is 49: sas/front shrank from 2 to 1 pods';
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'shrunkTooMuch', message } });
  });

  test.each([
    [null, 1],
    [1, 2],
  ])('and counts a run that sees an older generation once, after %s of them', async (before, after) => {
    const memory = {
      generations: { 'sas/back': '5' },
      staleRuns: before === null ? {} : { 'sas/back': before },
      lastRefresh: null,
    };
    const groups = [...KNOWN_GROUPS, group([pod('z')], { endpointSet: 'back' })];
    const older = answer([pod('z')], { endpointSet: 'back', generation: '4' });
    const run = startRun({
      run: { onDiscoveryError: 'tolerate', staleLimit: 3 },
      answers: {
        takeRunLock: { owner: null, orphan: null, memory, notes: [] },
        readPrimer: { groups },
        resolveGroups: { answers: [...ONE_MORE_POD, older] },
      },
    });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.calls.filter(({ name }) => name === 'resolveGroups')).toHaveLength(2);
    expect(run.report()).toMatchObject({ generations: { 'sas/back': '5' }, staleRuns: { 'sas/back': after } });
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

  test('do not keep the next from what is for other pods, or was never in vain', async () => {
    const answers = { ...CHANGED, ...taken({ plan: 'another', times: 3, agoMs: 300_000 }) };
    expect(await startRun({ answers }).end()).toMatchObject({ kind: 'refreshed' });
    expect(await startRun({ answers: { ...CHANGED, ...taken(null) } }).end()).toMatchObject({ kind: 'refreshed' });
  });

  test('end in that failure also when the last one was just before', async () => {
    const plan = await planOfThis();
    const answers = { ...CHANGED, ...taken({ plan, times: 3, agoMs: 1 }) };
    expect(await startRun({ answers, run: { minRefreshIntervalMs: 60_000 } }).end()).toMatchObject({
      kind: 'failed',
      failure: { kind: 'refreshIneffective' },
    });
    const fewer = { ...CHANGED, ...taken({ plan, times: 2, agoMs: 1 }) };
    expect(await startRun({ answers: fewer, run: { minRefreshIntervalMs: 60_000 } }).end()).toEqual({
      kind: 'skipped',
      why: 'refreshedRecently',
    });
  });

  test.each([
    [0, { kind: 'skipped', why: 'refreshedRecently' }],
    [59_999, { kind: 'skipped', why: 'refreshedRecently' }],
    [60_000, { kind: 'refreshed', reason: 'changed' }],
    [null, { kind: 'refreshed', reason: 'changed' }],
  ])('a refresh %s ms ago, with a minute between two: %j', async (agoMs, outcome) => {
    const answers = { ...CHANGED, ...taken({ plan: 'another', times: 1, agoMs }) };
    expect(await startRun({ answers, run: { minRefreshIntervalMs: 60_000 } }).end()).toEqual(outcome);
  });
});
