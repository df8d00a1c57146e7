import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
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

test('the file is gone before the name is free for the next one, and the end of that is waited for', async () => {
  const path = join(tempFolder(), 'lock');
  const lock = hostLock(path);
  await lock.take(OWNER);
  const { close } = Server.prototype;
  const order: string[] = [];
  const closing = vi.spyOn(Server.prototype, 'close').mockImplementationOnce(function (this: Server, closed) {
    order.push(existsSync(path) ? 'the file is there' : 'the file is gone');
    return close.call(
      this,
      () =>
        void pause(50)
          .then(() => order.push('the name is free'))
          .then(() => closed?.()),
    );
  });
  onTestFinished(() => closing.mockRestore());
  await lock.drop();
  order.push('it is given back');
  expect(order).toEqual(['the file is gone', 'the name is free', 'it is given back']);
});

test('a name that was given back while its owner was looked for is claimed once more', async () => {
  const path = join(tempFolder(), 'lock');
  const other = await ownerOfNameOf(path);
  const lock = hostLock(path);
  onTestFinished(async () => void (await lock.drop()));
  const taking = lock.take(OWNER);
  await pause(30);
  other.close();
  expect((await taking).owner).toBe(null);
});

test('an owner whose work goes on is named, too, while somebody who looks has the name', async () => {
  const path = fileOfDead();
  await ownerOfNameOf(path);
  const dead = { runId: 'run-dead', title: 'watcher of the dead' };
  expect(await hostLock(path, () => true).look()).toMatchObject(dead);
  expect(await hostLock(path, () => false).look()).toMatchObject({ runId: null, pid: process.pid });
});

/** Has the name of a lock file without being its owner. */
async function ownerOfNameOf(path: string): Promise<Server> {
  const name = `watcher:${createHash('sha256').update(path).digest('hex')}`;
  const server = createServer((visitor) => void visitor.destroy()).listen(`\0${name}`);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
}

/** A lock file that a process has left which is no more. */
function fileOfDead(): string {
  const path = join(tempFolder(), 'lock');
  const record = describeOwner({ runId: 'run-dead', title: 'watcher of the dead' });
  writeFileSync(path, ownerText({ ...record, pid: spawnSync('true').pid, starttime: 1 }));
  return path;
}
