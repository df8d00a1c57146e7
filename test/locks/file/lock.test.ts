import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LockServices, Standing } from '../../../machines/side-effects.ts';
import { hostLock } from '../../../src/host-lock/host-lock.ts';
import { describeOwner, ownerText } from '../../../src/host-lock/owner-record.ts';
import type { LockDriver } from '../../../src/locks/backend.ts';
import { createFileLock } from '../../../src/locks/file/lock.ts';
import { bundle } from '../../support/bundle.ts';
import { needs } from '../../support/needs.ts';
import { standingOf } from '../../support/standing-of.ts';
import { startStarter } from '../../support/starter.ts';
import { startSwitchOf } from '../../support/switch-of.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const leaseMs = 30_000;

/** The process table is everybody's: another test's dead man's switch must not be taken for that of one of these runs. */
const [RUN_1, RUN_2, RUN_3] = [1, 2, 3].map((each) => `run-${each}-${randomUUID()}`) as [string, string, string];

const signal = new AbortController().signal;
const held = { standing: 'held', holder: null, ahead: 0, leaseLeftMs: leaseMs };

test('a free lock is held at once, renewed, and given back', async () => {
  const path = join(tempFolder(), 'lock');
  const lock = fileLock(path, RUN_1);
  expect(await request(lock)).toEqual(held);
  expect(await lock.renewLock(null, signal)).toEqual({ standing: 'renewed', leaseLeftMs: leaseMs });
  expect(await request(lock)).toEqual(held);
  expect(await lock.releaseLock(null, signal)).toEqual({ released: true });
  expect(await lock.releaseLock(null, signal)).toEqual({ released: true });
  expect(existsSync(path)).toBe(false);
});

test('those who wait learn who has the lock and why, and are served in the order they came', async () => {
  const path = join(tempFolder(), 'lock');
  const [first, second, third] = [RUN_1, RUN_2, RUN_3].map((runId) => fileLock(path, runId));
  await request(first!);
  const queued = await request(second!);
  expect(queued).toMatchObject({ standing: 'queued', ahead: 1, leaseLeftMs: leaseMs });
  expect(queued.holder).toMatchObject({ title: `${RUN_1} here`, pid: process.pid, runId: RUN_1, reason: 'changed' });
  expect(await request(third!)).toMatchObject({ standing: 'queued', ahead: 2, holder: { runId: RUN_1 } });

  await first!.releaseLock(null, signal);
  expect(await check(third!)).toMatchObject({ standing: 'queued', ahead: 1, holder: null });
  expect(await check(second!)).toEqual(held);
  expect(await check(third!)).toMatchObject({ standing: 'queued', ahead: 1, holder: { runId: RUN_2 } });
  await second!.releaseLock(null, signal);
  expect(await check(third!)).toEqual(held);
});

test('who waits has nothing to renew, and is counted by whoever looks; a living holder is taken from by nobody', async () => {
  const path = join(tempFolder(), 'lock');
  const [first, second] = [driver(path, RUN_1), driver(path, RUN_2)];
  await request(first);
  expect(await first.held(signal)).toMatchObject({ waiting: 0 });
  await request(second);
  expect(await second.renewLock(null, signal)).toEqual({ standing: 'renewed', leaseLeftMs: leaseMs });
  const found = await second.held(signal);
  expect(found).toMatchObject({ holder: { runId: RUN_1 }, waiting: 1 });
  const message = expect.stringContaining(`end pid ${process.pid} instead`);
  await expect(found!.takeAway(signal)).rejects.toMatchObject({ failure: { kind: 'lockDenied', message } });
  expect(await first.renewLock(null, signal)).toMatchObject({ standing: 'renewed' });
});

test('who asks again keeps the place, and who gives up leaves it', async () => {
  const folder = tempFolder();
  const path = join(folder, 'lock');
  const [first, second, third] = [RUN_1, RUN_2, RUN_3].map((runId) => fileLock(path, runId));
  await request(first!);
  await request(second!);
  await request(third!);
  expect(await request(second!)).toMatchObject({ ahead: 1 });
  expect(places(folder)).toHaveLength(2);
  await second!.releaseLock(null, signal);
  expect(await check(third!)).toMatchObject({ ahead: 1 });
  await first!.releaseLock(null, signal);
  await third!.releaseLock(null, signal);
  expect(readdirSync(folder)).toEqual([]);
});

test('a place counts no longer than its process lives and asks', async () => {
  const folder = tempFolder();
  const path = join(folder, 'lock');
  const dead = `.lock.${'1'.padStart(20, '0')}.2147483646.5.waiting`;
  writeFileSync(join(folder, dead), '');
  const silent = fileLock(path, RUN_1);
  const holder = fileLock(path, 'run-0');
  await request(holder);
  await request(silent);
  expect(places(folder)).not.toContain(dead);

  await holder.releaseLock(null, signal);
  const late = fileLock(path, RUN_2);
  expect(await request(late)).toMatchObject({ standing: 'queued', ahead: 1 });
  const longAgo = Date.now() / 1000 - leaseMs / 1000 - 5;
  utimesSync(join(folder, places(folder)[0]!), longAgo, longAgo);
  expect(await check(late)).toEqual(held);
  expect(await check(silent)).toMatchObject({ standing: 'queued', holder: { runId: RUN_2 } });
});

test('the lock of a process that was killed goes to the next at once', async () => {
  const folder = tempFolder();
  const path = join(folder, 'lock');
  const starter = await startStarter(bundle('test/support/lock-starter.ts'), path, join(folder, 'log'));
  await starter.ask({ kind: 'take' });
  const lock = fileLock(path, RUN_1);
  expect(await request(lock)).toMatchObject({ standing: 'queued', holder: { pid: starter.pid } });
  await starter.kill('SIGKILL');
  expect(await check(lock)).toEqual(held);
});

test('a killed owner whose refresh is still being stopped keeps the others waiting until it is over', async () => {
  const path = join(tempFolder(), 'lock');
  const runId = `killed-${randomUUID()}`;
  const record = { ...describeOwner({ runId, title: 'somebody' }), pid: 2_147_483_646 };
  writeFileSync(path, ownerText(record));
  const ending = await startSwitchOf(runId);
  const lock = fileLock(path, RUN_1);
  expect(await request(lock)).toMatchObject({ standing: 'queued', ahead: 1, holder: { runId } });
  expect(await check(lock)).toMatchObject({ standing: 'queued', ahead: 1, holder: { runId } });
  ending.kill('SIGKILL');
  await once(ending, 'exit');
  expect(await check(lock)).toEqual(held);
});

test('a dying owner is looked for once the name is ours, so that its death comes in between nowhere', async () => {
  const path = join(tempFolder(), 'lock');
  const record = { ...describeOwner({ runId: 'killed', title: 'somebody' }), pid: 2_147_483_646 };
  writeFileSync(path, ownerText(record));
  const named: boolean[] = [];
  const file = hostLock(path, (left) => {
    const name = createHash('sha256').update(path).digest('hex');
    named.push(readFileSync('/proc/net/unix', 'utf8').includes(name));
    return left.kind === 'recorded' && left.record.run_id === 'killed';
  });
  expect((await file.take({ runId: RUN_1, title: RUN_1 })).owner).toMatchObject({ runId: 'killed' });
  expect(named).toEqual([true]);
  expect(file.isTaken()).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(ownerText(record));
});

test('a lock whose folder can no longer be looked into is free, and says that its file is left', async () => {
  const [folder, aside] = [join(tempFolder(), 'folder'), join(tempFolder(), 'aside')];
  mkdirSync(folder);
  const lock = fileLock(join(folder, 'lock'), RUN_1);
  await request(lock);
  renameSync(folder, aside);
  // A name that is too long for any file.
  symlinkSync('x'.repeat(300), folder);
  const failure = {
    kind: 'lockUnavailable',
    message: expect.stringMatching(/^the lock is free, but its file is left: /),
  };
  await expect(lock.releaseLock(null, signal)).rejects.toMatchObject({ failure });
  expect(await request(fileLock(join(aside, 'lock'), RUN_2))).toMatchObject({ standing: 'held' });
});

test('a lock whose file cannot be removed is free, and says that its file is left', async ({ skip }) => {
  needs('root');
  const folder = join(tempFolder(), 'small');
  mkdirSync(folder);
  skip(spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status !== 0, 'this host mounts nothing');
  onTestFinished(() => void spawnSync('umount', [folder]));
  const path = join(folder, 'lock');
  const lock = fileLock(path, RUN_1);
  await request(lock);
  expect(spawnSync('mount', ['-o', 'remount,ro', folder]).status).toBe(0);
  const message = `the lock is free, but its file is left: ${path}: cannot be removed: read-only file system`;
  await expect(lock.releaseLock(null, signal)).rejects.toMatchObject({ failure: { kind: 'lockUnavailable', message } });
  expect(spawnSync('mount', ['-o', 'remount,rw', folder]).status).toBe(0);
  expect(await request(fileLock(path, RUN_2))).toMatchObject({ standing: 'held' });
});

test("a file that an operator removed or replaced is gone, and giving it back touches nobody's file", async () => {
  const path = join(tempFolder(), 'lock');
  const lock = fileLock(path, RUN_1);
  for (let asked = 0; asked < 2; asked += 1) await request(lock);
  unlinkSync(path);
  expect(await lock.renewLock(null, signal)).toEqual({ standing: 'gone', detail: `${path}: it was removed` });

  writeFileSync(path, ownerText({ ...describeOwner({ runId: 'other', title: 'other' }) }));
  expect(await lock.renewLock(null, signal)).toMatchObject({
    standing: 'gone',
    detail: expect.stringContaining('other'),
  });
  expect(await lock.releaseLock(null, signal)).toEqual({ released: true });
  expect(existsSync(path)).toBe(true);

  const replaced = join(path, '..', 'folder');
  const another = fileLock(replaced, RUN_2);
  await request(another);
  unlinkSync(replaced);
  mkdirSync(replaced);
  expect(await another.renewLock(null, signal)).toMatchObject({ standing: 'gone' });
});

test('a request that is withdrawn while it is under way leaves nothing behind', async () => {
  const folder = tempFolder();
  const lock = fileLock(join(folder, 'lock'), RUN_1);
  await Promise.all([request(lock), lock.releaseLock(null, signal)]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock file that cannot be used is a denial that says why', async () => {
  const folder = tempFolder();
  const denied = (message: string) => ({ failure: { kind: 'lockDenied', message: expect.stringContaining(message) } });
  const missing = fileLock(join(folder, 'missing', 'lock'), RUN_1);
  await expect(request(missing)).rejects.toMatchObject(denied(`${folder}/missing: no such file or folder`));
  mkdirSync(join(folder, 'lock'));
  const blocked = fileLock(join(folder, 'lock'), RUN_1);
  await expect(request(blocked)).rejects.toMatchObject(denied(`${folder}/lock: is not a regular file`));
});

function fileLock(path: string, runId: string): LockServices {
  return driver(path, runId);
}

function driver(path: string, runId: string): LockDriver {
  const lock = createFileLock({ path, owner: { runId, title: `${runId} here` }, leaseMs });
  onTestFinished(async () => void (await lock.releaseLock(null, signal).catch(() => {})));
  return lock;
}

function request(lock: LockServices): Promise<Standing> {
  return standingOf(lock.requestLock({ reason: 'changed' }, signal));
}

function check(lock: LockServices): Promise<Standing> {
  return standingOf(lock.checkLock(null, signal));
}

function places(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.waiting'))
    .sort();
}
