import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { zeros } from '../../machines/statistics.ts';
import type { Holder, Outcome } from '../../machines/vocabulary.ts';
import { SYSTEM_AUTHORITIES } from '../../src/http/authorities.ts';
import { readSample } from '../../src/monitoring/exposition.ts';
import { startMonitor, writeUsageMetrics } from '../../src/monitoring/monitor.ts';
import { writeStatistics } from '../../src/node-files/statistics.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { VERSION } from '../../src/version.ts';
import { startSecureServer } from '../http/secure-server.ts';
import { startServer } from '../http/test-server.ts';
import { newAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RUN = '0123456789abcdef';
const OWNER: Holder = {
  ...{ title: 'watcher on b-1', host: 'b-1', pid: 77, runId: 'other', reason: null, transaction: null },
  ...{ since: '2026-03-01T11:58:20.000Z', heldForMs: null },
};

/** The monitor of a run, with what it writes, what it sends and what it notes. */
async function bench(more: Partial<Settings> = {}, environment: NodeJS.ProcessEnv = {}) {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const server = await startServer((_, response) => response.end('OK'));
  // Nor does the server end them by itself.
  server.http.keepAliveTimeout = 0;
  const closings: Promise<unknown>[] = [];
  server.http.on('connection', (socket) => closings.push(once(socket, 'close')));
  const settings = {
    ...{ metricsFile: path('watcher.prom'), reportUrl: server.url, proxyUrl: null, caFile: '/nowhere' },
    ...{ statFile: path('stats.json') },
    ...more,
  } as Settings;
  const notes: string[] = [];
  const monitor = startMonitor({
    settings,
    identity: { host: 'b-1', pid: process.pid, runId: RUN },
    environment,
    redact: (text) => text.replaceAll('SECRET', '***'),
    note: (line) => notes.push(line),
  });
  let nowMs = 0;
  const progress = beginProgress(() => nowMs);
  progress.enter('reading');
  nowMs += 1_500;
  progress.enter('failed');
  return {
    path,
    notes,
    ended(outcome: Outcome, owner: Holder | null = null) {
      if (owner !== null) progress.add({ type: 'runLockHeld', holder: owner });
      return monitor.ended(outcome, progress);
    },
    pings: () => server.seen.map((ping) => ping.path.replace(/\?.*/, '')).toSorted(),
    closings,
    body: () => server.seen.map(({ body }) => body).find((body) => body !== ''),
    agents: () => new Set(server.seen.map(({ headers }) => headers['user-agent'])),
    text: () => readFileSync(path('watcher.prom'), 'utf8'),
    sample: (name: string) => readSample(readFileSync(path('watcher.prom'), 'utf8'), `watcher_${name}`),
  };
}

test('a run that failed is a failure in the metrics and to whom it is reported, without secrets', async () => {
  const { ended, pings, body, sample, text, path, notes } = await bench();
  await writeStatistics(path('stats.json'), { ...zeros(), TotalLockedRuns: 7 });
  const before = Date.now() / 1_000;
  const failure = { kind: 'refreshFailed', message: 'it said SECRET' } as const;
  await ended({ kind: 'failed', failure });
  expect(pings()).toEqual(['/fail', '/start']);
  expect(JSON.parse(body()!)).toMatchObject({ run: RUN, host: 'b-1', outcome: 'failed/refreshFailed' });
  expect(JSON.parse(body()!).message).toContain('it said ***');
  expect(text()).toContain('watcher_last_run_outcome{outcome="failed/refreshFailed"} 1\n');
  expect(text()).toContain('watcher_last_run_state_seconds{state="reading"} 1.5\n');
  expect([sample('last_run_success'), sample('last_run_exit_code'), sample('runs')]).toEqual([0, 5, 7]);
  expect(sample('last_run_start_timestamp_seconds')).toBeLessThanOrEqual(before);
  expect(sample('last_run_end_timestamp_seconds')).toBeGreaterThanOrEqual(before);
  expect(sample('last_run_end_timestamp_seconds')).toBeLessThanOrEqual(Date.now() / 1_000);
  expect(sample('last_success_timestamp_seconds')).toBe(null);
  expect(notes).toEqual([]);
});

test('a run that had nothing to do ended well', async () => {
  const { ended, pings, sample, agents } = await bench();
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect(pings()).toEqual(['/', '/start']);
  expect([...agents()]).toEqual([`watcher/${VERSION}`]);
  expect([sample('last_run_success'), sample('last_run_exit_code'), sample('runs')]).toEqual([1, 0, null]);
});

test('a refresh that outlived its run is no success to anybody', async () => {
  const { ended, pings } = await bench();
  await ended({ kind: 'skipped', why: 'orphanRefresh' });
  expect(pings()).toEqual(['/fail', '/start']);
});

test('the run lock’s age is that of its owner, in seconds, and of no other outcome', async () => {
  const { ended, sample } = await bench();
  await ended({ kind: 'skipped', why: 'handbrakeEngaged' });
  expect([sample('run_lock_age_seconds'), sample('run_lock_overdue')]).toEqual([null, 0]);
  const { ended: endedBehind, sample: sampleBehind, pings } = await bench();
  await endedBehind({ kind: 'skipped', why: 'runLockHeld' }, { ...OWNER, heldForMs: 3_600_000 });
  expect([sampleBehind('run_lock_age_seconds'), sampleBehind('run_lock_overdue')]).toEqual([3_600, 0]);
  expect([sampleBehind('last_run_success'), pings()]).toEqual([1, ['/', '/start']]);
});

test('an owner that does not say since when leaves no age', async () => {
  const { ended, sample } = await bench();
  await ended({ kind: 'skipped', why: 'runLockHeld' }, OWNER);
  expect(sample('run_lock_age_seconds')).toBe(null);
});

test('a run that is skipped for one that hangs is no success to anybody, and says which one', async () => {
  const { ended, sample, pings, body } = await bench();
  await ended({ kind: 'skipped', why: 'runLockHeld', isOverdue: true }, { ...OWNER, heldForMs: 7_200_000 });
  expect(pings()).toEqual(['/fail', '/start']);
  expect(JSON.parse(body()!).message).toContain('pid 77, run other');
  expect(['run_lock_overdue', 'last_run_success', 'last_run_exit_code'].map(sample)).toEqual([1, 0, 0]);
  expect(sample('last_success_timestamp_seconds')).toBe(null);
});

test('no connection is kept for a run that is over', async () => {
  const { ended, closings } = await bench();
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect(closings.length).toBeGreaterThan(0);
  const kept = pause(20_000, 'a connection is kept', { ref: false });
  expect(await Promise.race([Promise.all(closings).then(() => 'closed'), kept])).toBe('closed');
});

test('whom only NODE_EXTRA_CA_CERTS believes is reported to as well', async () => {
  const authority = newAuthority();
  const { url, seen } = await startSecureServer(authority.certify());
  const extra = join(tempFolder(), 'extra.pem');
  writeFileSync(extra, authority.certificate);
  const { ended, notes } = await bench({ reportUrl: url, caFile: SYSTEM_AUTHORITIES }, { NODE_EXTRA_CA_CERTS: extra });
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect({ notes, pings: seen() }).toEqual({ notes: [], pings: 2 });
});

test('what killed runs left of their metrics is removed once it is old', async () => {
  const { ended, path } = await bench({ reportUrl: null });
  const [old, fresh] = ['0', '1'].map((digit) => path(`.watcher.prom.${digit.repeat(32)}.tmp`)) as [string, string];
  for (const file of [old, fresh]) writeFileSync(file, 'half');
  const anHourAgo = Date.now() / 1_000 - 3_600;
  utimesSync(old, anHourAgo - 60, anHourAgo - 60);
  utimesSync(fresh, anHourAgo + 600, anHourAgo + 600);
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('statistics that cannot be read keep their own figures from monitoring, and nothing else', async () => {
  const { ended, sample, notes } = await bench({ statFile: '/dev/null/stats.json' });
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect([sample('last_run_success'), sample('runs'), notes]).toEqual([1, null, []]);
});

test('what is not set is not done', async () => {
  const { ended, pings, path, notes } = await bench({ metricsFile: null, reportUrl: null });
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect([existsSync(path('watcher.prom')), pings(), notes]).toEqual([false, [], []]);
});

test('metrics that cannot be written are noted, and the run is reported all the same', async () => {
  const { ended, pings, notes } = await bench({ metricsFile: '/nowhere/at/all/watcher.prom' });
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect(notes).toEqual([expect.stringMatching(/^metrics_file: \/nowhere/)]);
  expect(pings()).toEqual(['/', '/start']);
});

test.each([
  ['that its configuration forbade', 2, 'usage'],
  ['for which some disk did not answer', 1, 'failed/unexpected'],
])('a run %s has an outcome, and its exit code', async (_, code, outcome) => {
  const file = join(tempFolder(), 'watcher.prom');
  await writeUsageMetrics(file, code);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`watcher_last_run_outcome{outcome="${outcome}"} 1\n`);
  expect(['exit_code', 'success'].map((name) => readSample(text, `watcher_last_run_${name}`))).toEqual([code, 0]);
  expect(readSample(text, 'watcher_run_lock_overdue')).toBe(0);
  expect(readSample(text, 'watcher_last_run_end_timestamp_seconds')).toBeLessThanOrEqual(Date.now() / 1_000);
  await expect(writeUsageMetrics('/nowhere/at/all', 2)).resolves.toBeUndefined();
});
