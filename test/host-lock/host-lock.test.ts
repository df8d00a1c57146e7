import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostLock } from '../../src/host-lock/host-lock.ts';
import { describeOwner, type OwnerFile, ownerText } from '../../src/host-lock/owner-record.ts';
import { tempFolder } from '../support/temp-folder.ts';

const OWNER = { runId: 'run-1', title: 'watcher of run-1' };

test('the file of a dead owner whose work goes on is held by that owner, for who looks and for who takes', async () => {
  const path = fileOfDead();
  const asked: OwnerFile[] = [];
  const lock = hostLock(path, (left) => asked.push(left) > 0);
  const dead = { runId: 'run-dead', title: 'watcher of the dead' };
  expect(await lock.look()).toMatchObject(dead);
  expect((await lock.take(OWNER)).owner).toMatchObject(dead);
  expect(lock.isTaken()).toBe(false);
  expect(asked.map((left) => left.kind === 'recorded' && left.record.run_id)).toEqual(['run-dead', 'run-dead']);
});

test('once it is over, the lock is free: the name was kept from nobody meanwhile', async () => {
  const path = fileOfDead();
  let goesOn = true;
  const lock = hostLock(path, () => goesOn);
  await lock.take(OWNER);
  goesOn = false;
  const other = hostLock(path, () => goesOn);
  onTestFinished(async () => void (await other.drop()));
  expect(await lock.look()).toBe(null);
  expect((await other.take(OWNER)).owner).toBe(null);
});

test('who has it already learns nothing new, and its file stays as it is', async () => {
  const path = join(tempFolder(), 'lock');
  const lock = hostLock(path);
  onTestFinished(async () => void (await lock.drop()));
  await lock.take(OWNER);
  const before = readFileSync(path, 'utf8');
  expect(await lock.take({ ...OWNER, runId: 'run-2' })).toEqual({ owner: null, notes: [] });
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('it is lost with its file, and given back once', async () => {
  const path = join(tempFolder(), 'lock');
  const lock = hostLock(path);
  expect(lock.whyLost()).toBe(`${path}: not taken`);
  await lock.take(OWNER);
  expect([lock.isTaken(), lock.whyLost()]).toEqual([true, null]);
  writeFileSync(path, '1\n');
  expect(lock.whyLost()).toBe(`${path}: it is no longer ours (pid 1)`);
  expect(await lock.drop()).toEqual([`${path}: it is no longer ours (pid 1)`]);
  expect(existsSync(path)).toBe(true);
  expect(lock.isTaken()).toBe(false);
  expect(await lock.drop()).toEqual([]);
});

test('all may read the file, and it stays ours where the way to it leads elsewhere by now', async () => {
  const folder = tempFolder();
  const [way, here, elsewhere] = ['way', 'here', 'elsewhere'].map((name) => join(folder, name));
  for (const each of [here, elsewhere]) mkdirSync(each!);
  symlinkSync(here!, way!);
  const lock = hostLock(join(way!, 'lock'));
  await lock.take(OWNER);
  expect(statSync(join(here!, 'lock')).mode & 0o777).toBe(0o644);
  unlinkSync(way!);
  symlinkSync(elsewhere!, way!);
  expect(lock.whyLost()).toBe(null);
  expect(await lock.drop()).toEqual([]);
  expect(existsSync(join(here!, 'lock'))).toBe(false);
});

/** A lock file that a process has left which is no more. */
function fileOfDead(): string {
  const path = join(tempFolder(), 'lock');
  const record = describeOwner({ runId: 'run-dead', title: 'watcher of the dead' });
  writeFileSync(path, ownerText({ ...record, pid: spawnSync('true').pid, starttime: 1 }));
  return path;
}
