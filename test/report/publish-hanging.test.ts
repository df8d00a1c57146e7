import { expect, test, vi } from 'vitest';
import { inTime } from '../../src/in-time.ts';
import { publishProgress } from '../../src/report/publish-progress.ts';

vi.mock('../../src/node-files/progress-file.ts', () => ({
  createProgressFile: () => ({ write() {}, remove: () => new Promise(() => {}) }),
}));
vi.mock('../../src/in-time.ts', () => ({ inTime: vi.fn<typeof inTime>(async (_, __, late) => late) }));

test('a disk that does not answer keeps no run from its end for longer than two seconds', async () => {
  const { ended } = publishProgress({ runLockFile: '/run.lock', runId: 'r-1', wallMs: Date.now });
  await expect(ended()).resolves.toBeUndefined();
  expect(vi.mocked(inTime).mock.calls.map(([ms]) => ms)).toEqual([2_000]);
});
