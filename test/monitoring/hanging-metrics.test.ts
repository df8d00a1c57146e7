/** Goal: metrics on a disk that does not answer keep no run from its end, and the log says so. */
import { expect, test, vi } from 'vitest';
import { startMonitor, writeUsageMetrics } from '../../src/monitoring/monitor.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import type { Settings } from '../../src/settings/settings.ts';

vi.mock('../../src/files/replace-file.ts', () => ({ replaceFile: () => new Promise(() => {}), cleanTemps() {} }));
// What is waited for is over at once.
vi.mock('node:timers/promises', () => ({ setTimeout: async (_ms: number, value: unknown) => value }));

const LIMIT = 'metrics_file: /no/such/watcher.prom: has not answered for 30 s';

test('a run ends although its metrics cannot be written, and says so', async () => {
  const notes: string[] = [];
  const files = { metricsFile: '/no/such/watcher.prom', statFile: '/no/such/stats.json', caFile: '/none' };
  const monitor = startMonitor({
    settings: { ...files, reportUrl: null, proxyUrl: null } as Settings,
    identity: { host: 'b-1', pid: process.pid, runId: '0123456789abcdef' },
    environment: {},
    redact: (text) => text,
    note: (line) => void notes.push(line),
  });
  const progress = beginProgress(() => 0);
  await monitor.ended({ kind: 'unchanged', why: 'noDifference' }, progress);
  expect(notes).toEqual([expect.stringContaining(LIMIT)]);
});

test('a configuration that is refused is said to be all the same', async () => {
  expect(await writeUsageMetrics('/no/such/watcher.prom', 2)).toBe(undefined);
});
