import { execFileSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgressFile, progressPath, readProgress } from '../../src/node-files/progress-file.ts';
import { needs } from '../support/needs.ts';
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
  const open = readdirSync('/proc/self/fd', { encoding: 'utf8' }).map((fd) => linkOf(`/proc/self/fd/${fd}`));
  expect(open.filter((path) => path.startsWith(lock))).toEqual([]);
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

test('what the next run says there by now is not taken back, and a run that is over says nothing more', async () => {
  const lock = join(tempFolder(), 'pid');
  const [earlier, next] = [createProgressFile(lock), createProgressFile(lock)];
  earlier.write({ ...said, state: 'refreshing' });
  await expect.poll(() => readProgress(lock, 'r-1')).not.toBeNull();
  next.write({ ...said, run_id: 'r-2', state: 'delaying' });
  await expect.poll(() => readProgress(lock, 'r-2')).not.toBeNull();
  await earlier.remove();
  earlier.write({ ...said, state: 'verifying' });
  await earlier.remove();
  expect(await readProgress(lock, 'r-2')).toMatchObject({ state: 'delaying' });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

describe('what has the path of the file and is none of ours holds up nothing, and stays as it is', () => {
  async function tryToWrite(lock: string): Promise<void> {
    const file = createProgressFile(lock);
    file.write({ ...said, state: 'refreshing' });
    await file.remove();
  }

  test('a pipe', async () => {
    const lock = join(tempFolder(), 'pid');
    execFileSync('mkfifo', [progressPath(lock)]);
    await tryToWrite(lock);
    expect(lstatSync(progressPath(lock)).isFIFO()).toBe(true);
  });

  test.each<[string, (own: string, path: string) => void]>([
    ['a hard link', linkSync],
    ['a symbolic link', symlinkSync],
  ])('%s to another file', async (_, link) => {
    const folder = tempFolder();
    const lock = join(folder, 'pid');
    const other = join(folder, 'other');
    writeFileSync(other, 'of somebody else');
    link(other, progressPath(lock));
    await tryToWrite(lock);
    expect(readFileSync(progressPath(lock), 'utf8')).toBe('of somebody else');
  });

  test('a file that another user made', async () => {
    needs('root');
    const lock = join(tempFolder(), 'pid');
    writeFileSync(progressPath(lock), 'of somebody else');
    chownSync(progressPath(lock), 65_534, 65_534);
    await tryToWrite(lock);
    expect(readFileSync(progressPath(lock), 'utf8')).toBe('of somebody else');
  });
});
