import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { RunReport } from '../../machines/vocabulary.ts';
import type { Source } from '../../src/discovery/source.ts';
import { bootId, processStartTime } from '../../src/host/process-table.ts';
import { type Intent, type State, writeIntent } from '../../src/node-files/state-file.ts';
import { createRunServices } from '../../src/services/run-services.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { answer, pod } from '../support/pods.ts';
import { QUIET_REPORT } from '../support/quiet-report.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const { signal } = new AbortController();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const groupDiff = {
  ...{ cluster: 'sas', endpointSet: 'front', detail: null, podsBefore: 1 },
  ...{ added: [], renamed: [], moved: [], removed: [] },
};

test('what a run takes it gives back itself, and not only when its process ends', async () => {
  const { run, path } = bench();
  expect(await run.checkRunLock(null, signal)).toEqual({ owner: null });
  expect(await run.takeRunLock(null, signal)).toMatchObject({ owner: null, orphan: null, notes: [] });
  expect(existsSync(path('watcher.pid'))).toBe(true);
  expect(await run.dropRunLock(null, signal)).toEqual({ notes: [] });
  expect(existsSync(path('watcher.pid'))).toBe(false);
  expect(await run.checkRunLock(null, signal)).toEqual({ owner: null });
});

test('a run that was not faster learns who was, remembers nothing, and reads nothing that is not its own', async () => {
  const { run, another, remember } = bench();
  remember({ generations: { 'sas/front': '7' }, intent: intentOf() });
  await another.takeRunLock(null, signal);
  expect(await run.checkRunLock(null, signal)).toMatchObject({
    owner: { runId: 'another', title: 'watcher on host-1', longestMs: 4_280_000 },
  });
  expect(await run.takeRunLock(null, signal)).toMatchObject({
    owner: { runId: 'another' },
    orphan: null,
    memory: { generations: {}, lastRefresh: null },
    notes: [],
  });
});

test('a run learns what earlier ones left: generations, and how long ago the last refresh was', async () => {
  const { run, remember } = bench();
  const left = { generations: { 'sas/front': '7' }, stale_runs: { 'sas/front': 2 } };
  remember({ ...left, last_refresh: { plan: 'p', times: 2, at: ago(100) } });
  const { memory } = await run.takeRunLock(null, signal);
  expect(memory).toEqual({
    generations: { 'sas/front': '7' },
    staleRuns: { 'sas/front': 2 },
    lastRefresh: { plan: 'p', times: 2, agoMs: expect.any(Number) },
  });
  expect(memory.lastRefresh!.agoMs).toBeGreaterThanOrEqual(100_000);
  expect(memory.lastRefresh!.agoMs).toBeLessThan(160_000);
});

test('a last refresh that is still to come, by a clock that was set back, was nobody knows when', async () => {
  const { run, remember } = bench();
  remember({ last_refresh: { plan: null, times: 1, at: ago(-100) } });
  expect((await run.takeRunLock(null, signal)).memory.lastRefresh).toEqual({ plan: null, times: 1, agoMs: null });
});

test('what was wrong with the pid file and with the memory is reported, in this order', async () => {
  const { run, path } = bench();
  writeFileSync(path('watcher.pid'), '');
  writeFileSync(path('state.json'), '[]');
  expect((await run.takeRunLock(null, signal)).notes).toEqual([
    expect.stringContaining('removed what a dead owner left'),
    expect.stringContaining('what earlier runs left is not known'),
  ]);
});

test('the refresh of a killed run is counted once it is over, with the time at which it began', async () => {
  const { run, remember, statistics, state } = bench();
  const startedAt = ago(50);
  remember({ intent: intentOf({ started_at: startedAt }) });
  const taken = await run.takeRunLock(null, signal);
  expect(taken.notes).toEqual([
    'the run killed was killed while it refreshed; how its refresh command ended is unknown',
  ]);
  await run.writeReport(report(), signal);
  expect(statistics()).toMatchObject({
    HaproxyRefreshTry: 1,
    HaproxyRefreshSuccess: 0,
    LastRefreshCallTimestamp: Math.floor(Date.parse(startedAt) / 1000),
  });
  expect(state().intent).toBe(null);
});

test('a killed run that counted its refresh itself, and could only not clear the record, has it counted once', async () => {
  const { run, remember, count, statistics, state } = bench();
  const startedAt = ago(50);
  remember({ intent: intentOf({ started_at: startedAt }) });
  count({ HaproxyRefreshTry: 1, LastRefreshCallTimestamp: Math.floor(Date.parse(startedAt) / 1000) });
  await run.takeRunLock(null, signal);
  await run.writeReport(report(), signal);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 1 });
  expect(state().intent).toBe(null);
});

test('a refresh that outlives its run is counted by that one alone, also where the clock was set back meanwhile', async () => {
  const { run, another, remember, statistics, state } = bench({ refreshAt: Date.now() / 1000 });
  await run.takeRunLock(null, signal);
  remember({ intent: intentOf({ run_id: 'ours', started_at: ago(-3_600) }) });
  await run.writeReport(report({ keepIntent: true, refreshStarted: true }), signal);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 1 });
  await run.dropRunLock(null, signal);

  const { notes } = await another.takeRunLock(null, signal);
  expect(notes).toEqual(['the refresh of the run ours outlived its run, and is over by now; how it ended is unknown']);
  await another.writeReport(report(), signal);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 1 });
  expect(state().intent).toBe(null);
});

test('while the refresh of a killed run lives it is reported, kept on record and not counted', async () => {
  const { run, remember, statistics, state } = bench();
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const intent = intentOf({ pgid: child.pid!, starttime: processStartTime(child.pid!)!, boot_id: bootId() });
  remember({ intent });
  expect(await run.takeRunLock(null, signal)).toMatchObject({
    owner: null,
    orphan: { runId: 'killed', pgid: child.pid, startedAt: intent.started_at },
    notes: [],
  });
  await run.writeReport(report({ keepIntent: true, outcome: { kind: 'skipped', why: 'orphanRefresh' } }), signal);
  expect(statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 0, LastRefreshCallTimestamp: 0 });
  expect(state().intent).toEqual(intent);
});

test('a run’s own refresh is counted with the time at which it was let go, beside that of a killed run', async () => {
  const { run, remember, statistics } = bench({ refreshAt: 1_700_000_000.7 });
  remember({ intent: intentOf({ started_at: '2020-01-01T00:00:00.000Z' }) });
  await run.takeRunLock(null, signal);
  await run.writeReport(report({ refreshStarted: true, refreshSucceeded: true }), signal);
  expect(statistics()).toMatchObject({
    HaproxyRefreshTry: 2,
    HaproxyRefreshSuccess: 1,
    LastRefreshCallTimestamp: 1_700_000_000,
  });
});

test('a run that ends leaves the next one what it found, what it did, and a refresh that may go on', async () => {
  const { run, remember, state } = bench();
  const intent = intentOf();
  await run.takeRunLock(null, signal);
  remember({ generations: { 'sas/front': '7' }, intent });
  const before = Date.now();
  const diff = { groupsCompared: 1, groups: [] };
  const { notes } = await run.writeReport(
    report({
      keepIntent: true,
      diff,
      generations: { 'sas/front': '8' },
      staleRuns: { 'sas/back': 1 },
      lastRefresh: { plan: 'p', times: 3 },
    }),
    signal,
  );
  expect(notes, 'a first run finds no statistics').toEqual([]);
  expect(state()).toMatchObject({
    generations: { 'sas/front': '8' },
    stale_runs: { 'sas/back': 1 },
    last_refresh: { plan: 'p', times: 3 },
    intent,
  });
  expect(Date.parse(state().last_refresh!.at)).toBeGreaterThanOrEqual(before);
});

test('a run that cannot be counted is remembered all the same, and fails; the next one counts its refresh', async () => {
  const { run, another, path, state, statistics, remember } = bench({ refreshAt: Date.now() / 1000 });
  await run.takeRunLock(null, signal);
  remember({ intent: intentOf({ run_id: 'ours' }) });
  mkdirSync(path('stats.json'));
  const done = { refreshStarted: true, refreshSucceeded: true, generations: { 'sas/front': '8' } };
  const ended = run.writeReport(report(done), signal);
  await expect(ended).rejects.toMatchObject({ failure: { kind: 'statisticsUnwritable' } });
  expect(state()).toMatchObject({ generations: { 'sas/front': '8' }, intent: { run_id: 'ours', succeeded: true } });
  expect(state().last_run).toMatchObject({
    outcome: 'failed/statisticsUnwritable',
    message: expect.stringContaining(`the statistics cannot be used: ${path('stats.json')}: `),
  });
  await run.dropRunLock(null, signal);
  rmdirSync(path('stats.json'));

  const { notes } = await another.takeRunLock(null, signal);
  expect(notes).toEqual(['the refresh of the run ours is not in the statistics yet']);
  await another.writeReport(report(), signal);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 1 });
  expect(state().intent).toBe(null);
});

test('a refresh that was on record and never started is not left to be counted', async () => {
  const { run, path, state, remember } = bench();
  await run.takeRunLock(null, signal);
  remember({ intent: intentOf({ run_id: 'ours' }) });
  mkdirSync(path('stats.json'));
  const ended = run.writeReport(report({ refreshStarted: false }), signal);
  await expect(ended).rejects.toMatchObject({ failure: { kind: 'statisticsUnwritable' } });
  expect(state()).toMatchObject({ intent: null, last_run: { run_id: 'ours' } });
});

test('a run that failed is remembered with its own failure, also where that could not be counted', async () => {
  const { run, path, state } = bench();
  await run.takeRunLock(null, signal);
  mkdirSync(path('stats.json'));
  const outcome = { kind: 'failed', failure: { kind: 'lockTimeout', message: 'too late' } } as const;
  await expect(run.writeReport(report({ outcome }), signal)).rejects.toThrow();
  expect(state().last_run).toMatchObject({ outcome: 'failed/lockTimeout', message: 'too late' });
});

test('a run that is stopped while its refresh is being recorded is counted at once, and remembered with that record', async () => {
  let settle = () => {};
  const recorded = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const { run, path, state, statistics, remember } = bench({ recorded });
  await run.takeRunLock(null, signal);
  const ended = run.writeReport(report({ refreshStarted: false }), signal);
  await until('it is counted', () => existsSync(path('stats.json')));
  expect(statistics()['TotalLockedRuns']).toBe(1);
  await pause(50);
  expect(existsSync(path('state.json'))).toBe(false);
  remember({ primer_before: { 'sas/front': [] } });
  settle();
  await ended;
  expect(state()).toMatchObject({ primer_before: { 'sas/front': [] }, last_run: { run_id: 'ours' } });
});

test('refreshes of runs in a row that none of them could count are all counted by the one that can', async () => {
  const { runOf, path, state, statistics } = bench({ refreshAt: Date.now() / 1000 });
  mkdirSync(path('stats.json'));
  const startedAt = [ago(30), ago(20), ago(10)];
  for (const [index, refreshSucceeded] of [true, false, true].entries()) {
    const run = runOf(`run-${index}`);
    await run.takeRunLock(null, signal);
    const intent = intentOf({ run_id: `run-${index}`, started_at: startedAt[index]! });
    await writeIntent(path('state.json'), intent, null);
    const ended = run.writeReport(report({ refreshStarted: true, refreshSucceeded }), signal);
    await expect(ended).rejects.toMatchObject({ failure: { kind: 'statisticsUnwritable' } });
    await run.dropRunLock(null, signal);
  }
  const idle = runOf('idle');
  await idle.takeRunLock(null, signal);
  await expect(idle.writeReport(report(), signal)).rejects.toThrow('the statistics cannot be used');
  await idle.dropRunLock(null, signal);
  rmdirSync(path('stats.json'));

  const last = runOf('last');
  await last.takeRunLock(null, signal);
  await last.writeReport(report(), signal);
  const refreshedAt = Math.floor(Date.parse(startedAt[2]!) / 1000);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 3, HaproxyRefreshSuccess: 2 });
  expect(statistics()).toMatchObject({ LastRefreshCallTimestamp: refreshedAt });
  expect(state()).toMatchObject({ intent: null, uncounted: [] });
});

test.each([
  ['a folder', true, (at: string) => void mkdirSync(at)],
  ['a link', true, (at: string) => symlinkSync(`${at}.elsewhere`, at)],
  ['a folder', false, (at: string) => void mkdirSync(at)],
])(
  'refreshes on record for which a run found %s at its start are left to the next one (may live: %j), which counts them',
  async (_, keepIntent, obstruct) => {
    const { run, another, remember, path, state, statistics } = bench();
    obstruct(path('state.json'));
    await run.takeRunLock(null, signal);
    rmSync(path('state.json'), { recursive: true });
    const left = { intent: intentOf({ started_at: ago(50) }), uncounted: [{ at: 1_700_000_000, succeeded: true }] };
    remember(left);
    await run.writeReport(report({ keepIntent }), signal);
    expect(statistics()).toMatchObject({ HaproxyRefreshTry: 0 });
    expect(state()).toMatchObject(left);
    await run.dropRunLock(null, signal);

    await another.takeRunLock(null, signal);
    await another.writeReport(report(), signal);
    expect(statistics()).toMatchObject({ HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 1 });
    expect(state()).toMatchObject({ intent: null, uncounted: [] });
  },
);

test('a refresh that never started is not counted by the next run, also where its command may live', async () => {
  const { run, another, statistics, state, path } = bench();
  await run.takeRunLock(null, signal);
  await writeIntent(path('state.json'), intentOf({ run_id: 'ours' }), null);
  await run.writeReport(report({ keepIntent: true, refreshStarted: false }), signal);
  await run.dropRunLock(null, signal);

  await another.takeRunLock(null, signal);
  await another.writeReport(report(), signal);
  expect(statistics()).toMatchObject({ HaproxyRefreshTry: 0, LastRefreshCallTimestamp: 0 });
  expect(state().intent).toBe(null);
});

test('times of a clock that was wrong, in the statistics and in the memory, are corrected by the first run, with a note', async () => {
  const { run, remember, count, statistics } = bench();
  const wrong = 4_102_444_800;
  remember({
    intent: intentOf({ started_at: new Date(wrong * 1000).toISOString() }),
    last_refresh: { plan: 'p', times: 1, at: new Date(wrong * 1000).toISOString() },
  });
  count({ LastSuccessFinishTimestamp: wrong, LastErrorTimestamp: wrong, LastRefreshCallTimestamp: wrong, Errors: 3 });
  const { memory } = await run.takeRunLock(null, signal);
  expect(memory.lastRefresh!.agoMs).toBe(null);
  const { notes } = await run.writeReport(report(), signal);
  expect(notes).toEqual([expect.stringMatching(/^times of the statistics lie in the future \(LastSuccess/)]);
  const now = Date.now() / 1000;
  for (const [key, value] of Object.entries(statistics())) expect(value, key).toBeLessThanOrEqual(now);
  expect(statistics()).toMatchObject({ LastErrorTimestamp: 0, Errors: 3, HaproxyRefreshTry: 1 });
  expect((await run.writeReport(report(), signal)).notes).toEqual([]);
});

test('a run is counted from when it took the run lock to its end, in whole seconds', async () => {
  const began = performance.now();
  const { run, statistics } = bench();
  const made = Math.floor(Date.now() / 1000);
  await until('another second has begun', () => Date.now() / 1000 >= made + 1);
  const before = Math.floor(Date.now() / 1000);
  await run.takeRunLock(null, signal);
  const { notes } = await run.writeReport(report(), signal);
  const after = Math.floor(Date.now() / 1000);
  const { LastLockAcquiredTimestamp, LastSuccessFinishTimestamp, LastSuccessRunDurationSec } = statistics();
  expect([LastLockAcquiredTimestamp! >= before, LastLockAcquiredTimestamp! <= after]).toEqual([true, true]);
  expect([LastSuccessFinishTimestamp! >= before, LastSuccessFinishTimestamp! <= after]).toEqual([true, true]);
  expect(LastSuccessRunDurationSec).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 1000));
  expect(notes).toEqual([]);
});

const UNPROVEN = 'what the primer has had only since then counts as missing';

test('a primer that is another one than before a refresh in vain is doubted, and that is said once', async () => {
  const { run, remember, prime, notes } = bench();
  remember({ primer_before: { 'sas/front': ['a a.example.net - - 80'] } });
  prime('a', 'b');
  const { memory } = await run.takeRunLock(null, signal);
  expect(memory.primerBefore).toEqual([
    { cluster: 'sas', endpointSet: 'front', endpoints: [expect.objectContaining({ id: 'a', port: 80 })] },
  ]);
  await run.readPrimer(null, signal);
  await run.readPrimer(null, signal);
  expect(notes).toEqual([expect.stringContaining(UNPROVEN)]);
});

test('a doubt is not said again by the next run, but once it was over', async () => {
  const { runOf, remember, prime, notes } = bench();
  const next = async (...pods: readonly string[]) => {
    prime(...pods);
    const run = runOf('one');
    await run.takeRunLock(null, signal);
    await run.readPrimer(null, signal);
    await run.writeReport(report(), signal);
    await run.dropRunLock(null, signal);
    return notes.splice(0).length;
  };
  remember({ primer_before: { 'sas/front': ['a a.example.net - - 80'] } });
  expect([await next('a', 'b'), await next('a', 'b'), await next('a', 'c')]).toEqual([1, 0, 0]);
  expect([await next('a'), await next('a', 'b'), await next('a', 'b')]).toEqual([0, 1, 0]);
});

test.each([
  ['still says what it said before', { 'sas/front': ['a a.example.net - - 80', 'b b.example.net - - 80'] }],
  ['was seen to be what HAProxy has', null],
])('a primer that %s is not doubted', async (_what, primer_before) => {
  const { run, remember, prime, notes } = bench();
  remember({ primer_before });
  prime('a', 'b');
  await run.takeRunLock(null, signal);
  await run.readPrimer(null, signal);
  expect(notes).toEqual([]);
});

test('what the primer says is kept for the refresh to leave to the next run', async () => {
  const { run, prime } = bench();
  expect(run.primerNow()).toEqual({});
  prime('a');
  await run.readPrimer(null, signal);
  expect(run.primerNow()).toEqual({ 'sas/front': ['a a.example.net - - 80'] });
});

test('discovery is asked with the pods of the primer as known, and again with those of its own answer', async () => {
  const known: (readonly string[])[] = [];
  const asked = { cluster: 'sas', endpointSet: 'front' };
  const { run, prime } = bench({
    source: async ({ known: pods }) => {
      known.push(pods!.of(asked).map(({ id }) => id));
      return { answers: [answer([pod('b')])] };
    },
  });
  prime('a');
  await run.readPrimer(null, signal);
  await run.resolveGroups({ groups: [asked] }, signal);
  await run.resolveGroups({ groups: [asked] }, signal);
  expect(known).toEqual([['a'], ['b']]);
});

test.each([
  ['every group', [], true],
  ['not every group', [{ ...groupDiff, verdict: 'unavailable' as const }], false],
])('a run that had an answer to trust for %s says so to the next', async (_which, groups, hasTrusted) => {
  const { run, state } = bench();
  await run.takeRunLock(null, signal);
  await run.writeReport(report({ diff: { groupsCompared: 1, groups } }), signal);
  expect(state().discovery_at).toBe(hasTrusted ? state().last_run!.at : null);
});

test('a run that compared nothing says nothing of discovery', async () => {
  const { run, remember, state } = bench();
  remember({ discovery_at: '2020-01-01T00:00:00.000Z' });
  await run.takeRunLock(null, signal);
  await run.writeReport(report({ diff: null }), signal);
  expect(state().discovery_at).toBe('2020-01-01T00:00:00.000Z');
});

test('that what refreshes were for has arrived, and that one was effective, are two things', async () => {
  const { run, remember, state } = bench();
  const left = {
    last_refresh: { plan: 'p', times: 2, at: ago(100) },
    primer_before: { 'sas/front': ['a a.example.net - - 80'] },
  };
  remember(left);
  await run.takeRunLock(null, signal);
  await run.writeReport(report({ hasArrived: true }), signal);
  expect(state()).toMatchObject({ last_refresh: { plan: 'p', times: 0 }, primer_before: left.primer_before });
  remember(left);
  await run.writeReport(report({ isEffective: true }), signal);
  expect(state()).toMatchObject({ last_refresh: { plan: 'p', times: 2 }, primer_before: null });
});

test('a run says what keeps it from knowing whether an earlier refresh is still alive', async () => {
  const { run, path } = bench();
  symlinkSync(path('elsewhere'), path('state.json'));
  const message = expect.stringContaining('cannot be determined whether an earlier refresh is still alive');
  const memoryFailure = { kind: 'stateUnreadable', message };
  expect(await run.takeRunLock(null, signal)).toMatchObject({ owner: null, orphan: null, memoryFailure });
});

test('the next run learns how this one ended, in one line without secrets', async () => {
  const { run, state } = bench();
  await run.takeRunLock(null, signal);
  const message = `it said SECRET\n${'x'.repeat(2_000)}`;
  await run.writeReport(report({ outcome: { kind: 'failed', failure: { kind: 'refreshFailed', message } } }), signal);
  const { last_run: last } = state();
  expect(last).toMatchObject({ run_id: 'ours', outcome: 'failed/refreshFailed' });
  expect(last!.took_ms).toBeGreaterThanOrEqual(0);
  expect(last!.took_ms).toBeLessThan(600_000);
  expect(last!.message).toMatch(/^it said \*\*\*/);
  expect(last!.message).not.toContain('\n');
  expect(last!.message!.length).toBeLessThan(1_100);
  // A part of a secret would not be found in what is left of a text that was cut.
  const cut = { kind: 'refreshFailed', message: `${'x'.repeat(997)}SECRET` } as const;
  await run.writeReport(report({ outcome: { kind: 'failed', failure: cut } }), signal);
  expect(state().last_run!.message).toBe(`${'x'.repeat(997)}***`);
  expect(last!.took_ms).toBeGreaterThanOrEqual(0);
  await run.writeReport(report(), signal);
  expect(state().last_run).toMatchObject({ outcome: 'unchanged', message: null });
});

test('an owner that signs with no run is named, for it keeps every run away', async () => {
  const { run, path, notes } = bench();
  const child = spawn('sleep', ['600'], { argv0: 'watcher', stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  writeFileSync(path('watcher.pid'), `${child.pid}\n`);
  expect(await run.checkRunLock(null, signal)).toMatchObject({ owner: { pid: child.pid, runId: null } });
  expect(notes).toEqual([expect.stringContaining(`if pid ${child.pid} is no watcher, end it or remove the file`)]);
});

interface BenchOptions {
  readonly refreshAt?: number | null;
  readonly recorded?: Promise<void>;
  readonly source?: Source;
}

/** A node with a folder of its own, and a run on it; another run too. */
function bench({
  refreshAt = null,
  recorded = Promise.resolve(),
  source = async () => ({ answers: [] }),
}: BenchOptions = {}) {
  const folder = tempFolder();
  const notes: string[] = [];
  const path = (name: string) => join(folder, name);
  const read = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'));
  const settings = {
    runLockFile: path('watcher.pid'),
    stateFile: path('state.json'),
    statFile: path('stats.json'),
    primerJsonFile: path('primer.json'),
  } as Settings;
  const services = (runId: string) => {
    const identity = { host: 'host-1', pid: process.pid, runId };
    const run = createRunServices({
      settings,
      identity,
      source,
      longestMs: 4_280_000,
      refreshAt: () => refreshAt,
      refreshRecorded: async () => recorded,
      redact: (text) => text.replaceAll('SECRET', '***'),
      note: (line) => void notes.push(line),
    });
    onTestFinished(async () => void (await run.dropRunLock(null, signal)));
    return run;
  };
  const zeros = { LastLockAcquiredTimestamp: 0, LastSuccessFinishTimestamp: 0, LastSuccessRunDurationSec: 0 };
  const more = { LastErrorTimestamp: 0, Errors: 0, TotalLockedRuns: 0, LastRefreshCallTimestamp: 0 };
  return {
    path,
    notes,
    /** Writes the primer: these pods of one group. */
    prime(...ids: readonly string[]) {
      const endpoints = ids.map((id) => ({ id, fqdn: `${id}.example.net`, port: 80 }));
      const set = { cluster_name: 'sas', endpoint_set_id: 'front', endpoints };
      writeFileSync(path('primer.json'), JSON.stringify({ endpoint_sets: [set] }));
    },
    runOf: services,
    run: services('ours'),
    another: services('another'),
    statistics: (): Record<string, number> => read('stats.json'),
    state: (): State => read('state.json'),
    remember(left: Partial<State>) {
      const empty = { version: 1, generations: {}, last_refresh: null, intent: null };
      writeFileSync(path('state.json'), JSON.stringify({ ...empty, ...left }));
    },
    count(figures: Readonly<Record<string, number>>) {
      const all = { ...zeros, ...more, HaproxyRefreshTry: 0, HaproxyRefreshSuccess: 0, ...figures };
      writeFileSync(path('stats.json'), JSON.stringify(all));
    },
  };
}

/** The record of a refresh of another boot: whoever has its numbers now, it is over. */
function intentOf(given: Partial<Intent> = {}): Intent {
  const made = { run_id: 'killed', pgid: 4_242, starttime: 1, boot_id: 'another boot' };
  return { ...made, started_at: ago(10), reason: 'changed', ...given };
}

function report(given: Partial<RunReport> = {}): RunReport {
  return { ...QUIET_REPORT, ...given };
}
