import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeUsageMetrics } from '../../src/monitoring/monitor.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/files/read-small-file.ts', async () => {
  const { silence } = await import('../../src/files/patience.ts');
  return { readOwnFile: (path: string) => Promise.reject(silence(path, 30_000)) };
});

test('metrics that cannot be read in time stay as they are: their counters would start from zero', async () => {
  const file = join(tempFolder(), 'watcher.prom');
  writeFileSync(file, 'what an earlier run wrote\n');
  await writeUsageMetrics(file, 2);
  expect(readFileSync(file, 'utf8')).toBe('what an earlier run wrote\n');
});
