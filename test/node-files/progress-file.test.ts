import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgressFile, progressPath, readProgress } from '../../src/node-files/progress-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

const said = { run_id: 'r-1', since: '2026-01-01T00:00:00.000Z', holder: null, holder_since: null, ahead: 1 };

test('what a run said last is read until it takes that back, by whoever asks for that very run', async () => {
  const lock = join(tempFolder(), 'pid');
  const file = createProgressFile(lock);
  file.write({ ...said, state: 'awaitingYtLock' });
  file.write({ ...said, state: 'delaying' });
  await expect.poll(() => readProgress(lock, 'r-1')).toEqual({ ...said, state: 'delaying' });
  expect(await readProgress(lock, 'r-2')).toBeNull();
  expect(await readProgress(lock, null)).toBeNull();
  await file.remove();
  expect(await readProgress(lock, 'r-1')).toBeNull();
});

test('what cannot be read says nothing, and what cannot be written stops nothing', async () => {
  const folder = tempFolder();
  const lock = join(folder, 'pid');
  writeFileSync(progressPath(lock), '{');
  expect(await readProgress(lock, 'r-1')).toBeNull();
  const nowhere = createProgressFile(join(folder, 'no', 'pid'));
  nowhere.write({ ...said, state: 'refreshing' });
  await nowhere.remove();
  expect(readdirSync(folder)).toEqual(['pid.progress']);
});
