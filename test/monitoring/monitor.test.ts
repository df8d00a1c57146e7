import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { zeros } from '../../machines/statistics.ts';
import type { Outcome } from '../../machines/vocabulary.ts';
import { createRunLock } from '../../src/host-lock/run-lock.ts';
import { readSample } from '../../src/monitoring/exposition.ts';
import { startMonitor, writeUsageMetrics } from '../../src/monitoring/monitor.ts';
import { writeStatistics } from '../../src/node-files/statistics.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { startServer } from '../http/test-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RUN = '0123456789abcdef';

/** The monitor of a run, with what it writes, what it sends and what it notes. */
async function bench(more: Partial<Settings> = {}) {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const server = await startServer((_, response) => response.end('OK'));
  const settings = {
    ...{ metricsFile: path('watcher.prom'), reportUrl: server.url, proxyUrl: null, caFile: '/nowhere' },
    ...{ statFile: path('stats.json'), runLockFile: path('run.pid') },
    ...more,
  } as Settings;
  const notes: string[] = [];
  const monitor = startMonitor({
    settings,
    identity: { host: 'b-1', pid: process.pid, runId: RUN },
    environment: {},
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
    ended: (outcome: Outcome) => monitor.ended(outcome, progress),
    pings: () => server.seen.map((ping) => ping.path.replace(/\?.*/, '')).toSorted(),
    body: () => server.seen.map(({ body }) => body).find((body) => body !== ''),
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
  expect(sample('last_success_timestamp_seconds')).toBe(null);
  expect(notes).toEqual([]);
});

test('a run that had nothing to do ended well', async () => {
  const { ended, pings, sample } = await bench();
  await ended({ kind: 'unchanged', why: 'noDifference' });
  expect(pings()).toEqual(['/', '/start']);
  expect([sample('last_run_success'), sample('last_run_exit_code'), sample('runs')]).toEqual([1, 0, null]);
});

test('a refresh that outlived its run is no success to anybody', async () => {
  const { ended, pings } = await bench();
  await ended({ kind: 'skipped', why: 'orphanRefresh' });
  expect(pings()).toEqual(['/fail', '/start']);
});

test('the run lock’s age is that of its owner, in seconds, and of no other outcome', async () => {
  const { ended, sample, path } = await bench();
  const lock = createRunLock({ path: path('run.pid'), owner: { runId: 'other', title: 'another run' } });
  await lock.take();
  onTestFinished(async () => void (await lock.drop()));
  const record = JSON.parse(
    readFileSync(path('run.pid'), 'utf8')
      .split('\n')
      .find((line) => line.startsWith('{'))!,
  );
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const text = readFileSync(path('run.pid'), 'utf8').replace(record.started_at, hourAgo);
  writeFileSync(path('run.pid'), text);
  await ended({ kind: 'skipped', why: 'handbrakeEngaged' });
  expect(sample('run_lock_age_seconds')).toBe(null);
  await ended({ kind: 'skipped', why: 'runLockHeld' });
  expect(sample('run_lock_age_seconds')).toBeGreaterThanOrEqual(3_600);
  expect(sample('run_lock_age_seconds')).toBeLessThan(7_200);
});

test('an owner that does not say since when leaves no age', async () => {
  const { ended, sample, path } = await bench();
  writeFileSync(path('run.pid'), '7\n');
  await ended({ kind: 'skipped', why: 'runLockHeld' });
  expect(sample('run_lock_age_seconds')).toBe(null);
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

test('a run that its configuration forbade has an outcome, and its exit code', async () => {
  const file = join(tempFolder(), 'watcher.prom');
  await writeUsageMetrics(file, 2);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('watcher_last_run_outcome{outcome="usage"} 1\n');
  expect(['exit_code', 'success'].map((name) => readSample(text, `watcher_last_run_${name}`))).toEqual([2, 0]);
  await expect(writeUsageMetrics('/nowhere/at/all', 2)).resolves.toBeUndefined();
});
