import { describe, expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { KNOWN_GROUPS, ONE_MORE_POD, refuse, SAME_PODS } from '../support/fake-services.ts';
import { answer, group, named, pod } from '../support/pods.ts';
import { startRun } from '../support/start-run.ts';

const NO_CLUSTER_LOCK = { requestLock: refuse, checkLock: refuse, renewLock: refuse, releaseLock: refuse };

describe('the decision table', () => {
  const forced = { kind: 'refreshed', reason: 'forced' };
  test.each([
    { forceRun: false, dryRun: false, changed: false, outcome: { kind: 'unchanged', why: 'noDifference' } },
    { forceRun: false, dryRun: false, changed: true, outcome: { kind: 'refreshed', reason: 'changed' } },
    { forceRun: false, dryRun: true, changed: false, outcome: { kind: 'unchanged', why: 'noDifference' } },
    { forceRun: false, dryRun: true, changed: true, outcome: { kind: 'wouldRefresh' } },
    { forceRun: true, dryRun: false, changed: false, outcome: forced },
    { forceRun: true, dryRun: false, changed: true, outcome: forced },
    { forceRun: true, dryRun: true, changed: false, outcome: forced },
    { forceRun: true, dryRun: true, changed: true, outcome: forced },
  ])('force_run=$forceRun dry_run=$dryRun changed=$changed ends as $outcome', async (row) => {
    const { forceRun, dryRun, changed, outcome } = row;
    const refreshes = outcome.kind === 'refreshed';
    const answers = changed ? ONE_MORE_POD : SAME_PODS;
    const run = startRun({
      run: { forceRun, dryRun },
      answers: { resolveGroups: { answers }, ...(refreshes ? {} : NO_CLUSTER_LOCK) },
    });
    expect(await run.end()).toEqual(outcome);
    expect(run.children.orders.includes('refresh go')).toBe(refreshes);
    expect(run.report()).toMatchObject({ outcome, refreshStarted: refreshes, refreshSucceeded: refreshes });
  });
});

test('the cluster lock is given the reason why the refresh is needed', async () => {
  const changed = startRun({ answers: { resolveGroups: { answers: ONE_MORE_POD } } });
  await changed.end();
  expect(changed.calls.find(({ name }) => name === 'requestLock')?.input).toEqual({ reason: 'changed' });
  const forced = startRun({ run: { forceRun: true } });
  await forced.end();
  expect(forced.calls.find(({ name }) => name === 'requestLock')?.input).toEqual({ reason: 'forced' });
});

test('nobody asks for the cluster lock before the pods are compared', async () => {
  const run = startRun({ answers: { resolveGroups: { answers: ONE_MORE_POD } } });
  await run.end();
  const names = run.calls.map(({ name }) => name);
  expect(names.indexOf('requestLock')).toBeGreaterThan(names.indexOf('resolveGroups'));
  const compared = run.notice.findIndex(({ type }) => type === 'compared');
  expect(run.notice.findIndex(({ type }) => type === 'lockHeld')).toBeGreaterThan(compared);
});

test('discovery is asked for the primer’s groups by name, not for their pods', async () => {
  const run = startRun();
  await run.end();
  const asked = run.calls.find(({ name }) => name === 'resolveGroups')?.input;
  expect(asked).toEqual({ groups: [{ cluster: 'sas', endpointSet: 'front' }] });
});

describe('what is worth a refresh', () => {
  const renamed = [answer([pod('a', { fqdn: 'a9.example.net' }), pod('b')])];
  const removed = [answer([pod('a')])];
  const moved = [answer([pod('a', { port: 81 }), pod('b')])];
  const defaults = ['added', 'renamed'] as const;

  test.each([
    ['a renamed pod', renamed, defaults, 'refreshed'],
    ['a removed pod, by default not', removed, defaults, 'unchanged'],
    ['a moved pod, by default not', moved, defaults, 'unchanged'],
    ['a removed pod where refresh_on says so', removed, ['removed'] as const, 'refreshed'],
    ['a moved pod where refresh_on says so', moved, ['moved'] as const, 'refreshed'],
    ['a new pod, but not where refresh_on leaves it out', ONE_MORE_POD, ['removed'] as const, 'unchanged'],
  ])('%s', async (_title, answers, refreshOn, kind) => {
    const run = startRun({ run: { refreshOn }, answers: { resolveGroups: { answers } } });
    expect((await run.end()).kind).toBe(kind);
  });
});

describe('a forced run', () => {
  const unreadable = new Failed('primerUnreadable', 'the primer is not JSON');
  const down = new Failed('discoveryUntrusted', 'no replica answers');

  test('goes on with a warning when the primer cannot be read, and asks discovery nothing', async () => {
    const run = startRun({ run: { forceRun: true }, answers: { readPrimer: unreadable, resolveGroups: refuse } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    expect(run.notice).toContainEqual({ type: 'warned', failure: unreadable.failure });
  });

  test('goes on with a warning when discovery is down', async () => {
    const run = startRun({ run: { forceRun: true }, answers: { resolveGroups: down } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    expect(run.notice).toContainEqual({ type: 'warned', failure: down.failure });
  });

  test('goes on with a warning when discovery’s answers cannot be trusted', async () => {
    const answers = [answer([], { verdict: 'denied', detail: 'quota' })];
    const run = startRun({ run: { forceRun: true }, answers: { resolveGroups: { answers } } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    const message = expect.stringContaining('sas/front denied (quota)');
    expect(run.notice).toContainEqual({ type: 'warned', failure: { kind: 'discoveryUntrusted', message } });
  });

  test('and no other believes an answer that is older than one accepted before, and leaves it to the next run', async () => {
    const old = [answer([pod('a'), pod('b'), pod('c')], { generation: '7' })];
    const memory = { generations: { 'sas/front': '9' }, lastRefresh: null };
    const answers = { resolveGroups: { answers: old }, takeRunLock: { owner: null, orphan: null, memory, notes: [] } };
    const plain = startRun({ answers });
    expect(await plain.end()).toMatchObject({ kind: 'failed', failure: { kind: 'discoveryUntrusted' } });
    expect(plain.report()).toMatchObject({ generations: { 'sas/front': '9' } });
    const forced = startRun({ run: { forceRun: true }, answers });
    expect(await forced.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    expect(forced.report()).toMatchObject({ generations: { 'sas/front': '7' } });
    expect(forced.notice).not.toContainEqual(expect.objectContaining({ type: 'warned' }));
  });

  test('does not mind how much a group shrank', async () => {
    const answers = [answer([], { verdict: 'empty' })];
    const run = startRun({ run: { forceRun: true, maxShrinkPercent: 0 }, answers: { resolveGroups: { answers } } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
  });
});

describe('trust', () => {
  const groups = [...KNOWN_GROUPS, group([pod('x')], { endpointSet: 'back' })];
  const bad = answer([], { endpointSet: 'back', verdict: 'unavailable', detail: 'timeout' });

  test.each([
    ['primerUnreadable', 'readPrimer'],
    ['discoveryUntrusted', 'resolveGroups'],
  ] as const)('a failure %s of %s fails the run', async (kind, name) => {
    const run = startRun({ answers: { [name]: new Failed(kind, 'a reason'), ...NO_CLUSTER_LOCK } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind, message: 'a reason' } });
  });

  test('one group without a trustworthy answer fails the run, however much the others changed', async () => {
    const answers = { readPrimer: { groups }, resolveGroups: { answers: [...ONE_MORE_POD, bad] } };
    const run = startRun({ answers: { ...answers, ...NO_CLUSTER_LOCK } });
    const message = 'discovery cannot be trusted for 1 of 2 groups: sas/back unavailable (timeout)';
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'discoveryUntrusted', message } });
  });

  test('with tolerate the rest is compared, and the group is named', async () => {
    const run = startRun({
      run: { onDiscoveryError: 'tolerate' },
      answers: { readPrimer: { groups }, resolveGroups: { answers: [...ONE_MORE_POD, bad] } },
    });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    const compared = run.notice.find(({ type }) => type === 'compared');
    expect(compared).toMatchObject({
      diff: { groupsCompared: 1, groups: [{ endpointSet: 'front' }, { endpointSet: 'back', verdict: 'unavailable' }] },
    });
  });

  test('with tolerate and nothing to trust at all the run fails', async () => {
    const run = startRun({
      run: { onDiscoveryError: 'tolerate' },
      answers: { resolveGroups: { answers: [answer([], { verdict: 'denied' })] }, ...NO_CLUSTER_LOCK },
    });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'discoveryUntrusted' } });
  });

  test('an answer older than one accepted before is stale, and changes nothing that is remembered', async () => {
    const memory = { generations: { 'sas/front': '18446744073709551616' }, lastRefresh: null };
    const takeRunLock = { owner: null, orphan: null, memory, notes: [] };
    const answers = [answer([pod('a'), pod('b'), pod('c')], { generation: '18446744073709551615' })];
    const run = startRun({ answers: { takeRunLock, resolveGroups: { answers }, ...NO_CLUSTER_LOCK } });
    const message = expect.stringContaining('sas/front stale');
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'discoveryUntrusted', message } });
    expect(run.report()?.generations).toEqual(memory.generations);
  });

  test('the generation of a trusted answer is handed to the next run', async () => {
    const answers = [answer([pod('a'), pod('b')], { generation: '7' })];
    const run = startRun({ answers: { resolveGroups: { answers } } });
    await run.end();
    expect(run.report()?.generations).toEqual({ 'sas/front': '7' });
  });
});

describe('max_shrink_percent', () => {
  const ten = [group(Array.from({ length: 10 }, (_, index) => pod(`p${index}`)))];
  const left = (count: number) => [answer([...ten[0]!.endpoints.slice(0, count - 1), pod('new')])];

  test.each([
    ['no more than allowed', 8, 'refreshed'],
    ['more than allowed', 7, 'failed'],
  ])('%s: %i of 10 pods are left', async (_title, count, kind) => {
    const answers = { readPrimer: { groups: ten }, resolveGroups: { answers: left(count) } };
    const outcome = await startRun({ run: { maxShrinkPercent: 20 }, answers }).end();
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'failed') {
      const message = 'max_shrink_percent is 20: sas/front shrank from 10 to 7 pods';
      expect(outcome.failure).toEqual({ kind: 'shrunkTooMuch', message });
    }
  });

  test.each(['empty', 'missing'] as const)('an %s group is too much, whatever is allowed', async (verdict) => {
    const answers = { resolveGroups: { answers: [answer([], { verdict })] } };
    const run = startRun({ run: { maxShrinkPercent: 100 }, answers: { ...answers, ...NO_CLUSTER_LOCK } });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'shrunkTooMuch' } });
  });

  test.each(['empty', 'missing'] as const)('is off by default: an %s group changes nothing', async (verdict) => {
    const run = startRun({ answers: { resolveGroups: { answers: [answer([], { verdict })] } } });
    expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noDifference' });
    const groups = [expect.objectContaining({ verdict, removed: named('a.example.net', 'b.example.net') })];
    expect(run.notice).toContainEqual({ type: 'compared', diff: { groupsCompared: 1, groups } });
  });
});
