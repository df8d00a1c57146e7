/** Goal: monitoring hears how a run ended also where a disk does not answer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startMonitor } from '../../src/monitoring/monitor.ts';
import { publishProgress } from '../../src/report/publish-progress.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { startServer } from '../http/test-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/node-files/statistics.ts', () => ({ readStatistics: () => new Promise(() => {}) }));
vi.mock('../../src/node-files/progress-file.ts', () => ({
  createProgressFile: () => ({ write() {}, remove: () => new Promise(() => {}) }),
}));
// What is waited for is over at once, but where it is written.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number, value: unknown) => (ms < 1_000 ? value : new Promise(() => {})),
}));

test('a run whose statistics cannot be read is reported, in the metrics without them and to whom it pings', async () => {
  const metricsFile = join(tempFolder(), 'watcher.prom');
  const server = await startServer((_, response) => response.end('OK'));
  const files = { metricsFile, statFile: '/hangs', caFile: '/none' };
  const monitor = startMonitor({
    settings: { ...files, reportUrl: server.url, proxyUrl: null } as Settings,
    identity: { host: 'b-1', pid: process.pid, runId: '0123456789abcdef' },
    environment: {},
    redact: (text) => text,
    note: (line) => expect.fail(line),
  });
  const failure = { kind: 'statisticsUnwritable', message: 'the disk hangs' } as const;
  await monitor.ended(
    { kind: 'failed', failure },
    beginProgress(() => 0),
  );
  const metrics = readFileSync(metricsFile, 'utf8');
  expect(metrics).toContain('watcher_last_run_outcome{outcome="failed/statisticsUnwritable"} 1\n');
  expect(metrics).not.toContain('watcher_runs');
  expect(server.seen.map(({ path }) => path.replace(/\?.*/, '')).toSorted()).toEqual(['/fail', '/start']);
});

test('a progress file that cannot be removed keeps no run from its end', async () => {
  await publishProgress({ runLockFile: '/hangs', runId: 'r-1', wallMs: () => 0 }).ended();
});
