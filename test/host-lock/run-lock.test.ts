import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOverdue } from '../../machines/longest-run.ts';
import { monotonicMs } from '../../src/host/monotonic-clock.ts';
import { bootId, processStartTime } from '../../src/host/process-table.ts';
import { describeOwner, type OwnerRecord, ownerText } from '../../src/host-lock/owner-record.ts';
import { createRunLock } from '../../src/host-lock/run-lock.ts';
import { bundle } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';
import { startStarter } from '../support/starter.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startZombie } from '../support/zombie.ts';

const OTHER_ID = '00000000-0000-0000-0000-000000000000';

test('a free run lock is taken, reported, and given back', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const lock = runLock(path, 'run-1');
  expect(await lock.check()).toBeNull();
  expect(await lock.take()).toEqual({ owner: null, notes: [] });

  const [pid, record] = readFileSync(path, 'utf8').split('\n');
  expect(Number(pid)).toBe(process.pid);
  expect(JSON.parse(record!)).toMatchObject({
    run_id: 'run-1',
    pid: process.pid,
    starttime: processStartTime(process.pid),
    boot_id: bootId(),
  });
  const holder = await runLock(path, 'run-2').check();
  expect(holder).toMatchObject({ runId: 'run-1', pid: process.pid, title: 'watcher of run-1' });
  expect(holder!.heldForMs).toBeGreaterThanOrEqual(0);
  expect(holder!.heldForMs).toBeLessThan(60_000);

  expect(await lock.drop()).toEqual({ notes: [] });
  expect(existsSync(path)).toBe(false);
  expect(await runLock(path, 'run-2').check()).toBeNull();
});

test('a run that was not faster touches nothing, and learns who was', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  await take(path, 'run-1');
  const before = readFileSync(path, 'utf8');
  const late = runLock(path, 'run-2');
  expect((await late.take()).owner).toMatchObject({ runId: 'run-1' });
  expect(await late.drop()).toEqual({ notes: [] });
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('two spellings of the same path are the same lock', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'run'));
  symlinkSync(join(folder, 'run'), join(folder, 'var-run'));
  await take(join(folder, 'run', 'watcher.pid'), 'run-1');
  const other = runLock(join(folder, 'var-run', '..', 'run', 'watcher.pid'), 'run-2');
  expect((await runLock(join(folder, 'var-run', 'watcher.pid'), 'run-2').take()).owner?.runId).toBe('run-1');
  expect((await other.take()).owner?.runId).toBe('run-1');
});

test('a take that is still under way when the run is asked to drop leaves nothing behind', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const lock = runLock(path, 'run-1');
  await Promise.all([lock.take(), lock.drop()]);
  expect(existsSync(path)).toBe(false);
  expect((await take(path, 'run-2')).owner).toBeNull();
});

test('the lock of a watcher that was killed is free at once, and what it left is reported', async () => {
  const { path, starter } = await startHolder();
  await starter.kill('SIGKILL');
  expect(existsSync(path)).toBe(true);
  expect(await runLock(path, 'run-1').check()).toBeNull();
  const { owner, notes } = await take(path, 'run-1');
  expect(owner).toBeNull();
  expect(notes).toEqual([`${path}: removed what a dead owner left (pid ${starter.pid}, run run-${starter.pid})`]);
});

test('a file that was cut at any length by the death of its owner does not stop the next run', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const text = ownerText({ ...describeOwner({ runId: 'dead', title: 'dead' }), pid: deadPid() });
  for (let length = 0; length < text.length; length += 1) {
    writeFileSync(path, text.slice(0, length));
    const lock = runLock(path, 'run-1');
    expect(await lock.check(), `cut at ${length}`).toBeNull();
    const { owner, notes } = await lock.take();
    expect(owner).toBeNull();
    expect(notes).toHaveLength(1);
    expect(await lock.drop()).toEqual({ notes: [] });
  }
});

test('a pid that a stranger has by now, or that is from another boot, is not the owner, and the stranger lives on', async () => {
  const stranger = await startSleep();
  const path = join(tempFolder(), 'watcher.pid');
  const living = { pid: stranger.pid!, starttime: processStartTime(stranger.pid!)! };
  const stale: Partial<OwnerRecord>[] = [
    { ...living, starttime: living.starttime - 1 },
    { ...living, boot_id: '00000000-0000-0000-0000-000000000000' },
  ];
  for (const each of stale) {
    writeFileSync(path, ownerText({ ...describeOwner({ runId: 'old', title: 'old' }), ...each }));
    const lock = runLock(path, 'run-1');
    expect(await lock.check()).toBeNull();
    expect((await lock.take()).owner).toBeNull();
    await lock.drop();
  }
  writeFileSync(path, `${stranger.pid}\n`);
  expect((await take(path, 'run-1')).owner).toBeNull();
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test('an owner that is alive without the kernel name, as one in another container is, keeps the lock', async () => {
  const owner = await startSleep();
  const path = join(tempFolder(), 'watcher.pid');
  const starttime = processStartTime(owner.pid!)!;
  writeFileSync(
    path,
    ownerText({ ...describeOwner({ runId: 'unseen', title: 'unseen' }), pid: owner.pid!, starttime }),
  );
  const lock = runLock(path, 'run-1');
  expect(await lock.check()).toMatchObject({ runId: 'unseen', pid: owner.pid });
  expect((await lock.take()).owner).toMatchObject({ runId: 'unseen' });

  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect((await lock.take()).owner).toBeNull();
  await lock.drop();
});

test('a watcher in another network namespace, which cannot see the kernel name, does not take the lock', async () => {
  needs('namespaces');
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  await take(path, 'run-1');
  const program = bundle('test/support/take-once.ts');
  const { stdout } = spawnSync('unshare', ['-n', process.execPath, program, path], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ owner: { runId: 'run-1', pid: process.pid } });
});

test('an owner that is only a zombie is dead', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const { pid: zombie } = await startZombie();
  const starttime = processStartTime(zombie)!;
  expect(starttime).toBeGreaterThan(0);
  writeFileSync(path, ownerText({ ...describeOwner({ runId: 'zombie', title: 'zombie' }), pid: zombie, starttime }));
  expect((await take(path, 'run-1')).owner).toBeNull();
});

test('a pid alone keeps the lock while that pid looks like a watcher', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const other = await startNamed('old-watcher');
  writeFileSync(path, `${other.pid}\n`);
  expect(await runLock(path, 'run-1').check()).toMatchObject({ pid: other.pid, runId: null });
  expect((await take(path, 'run-1')).owner).toMatchObject({ pid: other.pid });
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect((await take(path, 'run-1')).owner).toBeNull();
});

test.each(['vim watcher.log', 'python3'])(
  'a pid alone whose process, %s, may or may not be a watcher breaks the lock aloud',
  async (name) => {
    const path = join(tempFolder(), 'watcher.pid');
    const other = spawn('sleep', ['600'], { argv0: `${name} /srv/watchers`, stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    writeFileSync(path, `${other.pid}\n`);
    const message = `the run lock cannot be used: ${path}: names pid ${other.pid} and nothing else, and it cannot be determined whether that process is a watcher, which is "${name} /srv/watchers 600" now; remove the file if it is not`;
    await expect(runLock(path, 'run-1').check()).rejects.toMatchObject({ failure: { kind: 'runLockBroken', message } });
    await expect(take(path, 'run-1')).rejects.toMatchObject({ failure: { kind: 'runLockBroken', message } });
    expect(readFileSync(path, 'utf8')).toBe(`${other.pid}\n`);
  },
);

test('a pid alone that an unrelated process has by now keeps nobody out, and the process is named', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const other = await startSleep();
  writeFileSync(path, `${other.pid}\n`);
  expect(await take(path, 'run-1')).toEqual({
    owner: null,
    notes: [`${path}: removed what a dead owner left (pid ${other.pid}, which is "sleep 600" now)`],
  });
});

test('an owner that has not signed the file yet has the lock all the same', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  await take(path, 'run-1');
  for (const text of ['', ownerText({ ...describeOwner({ runId: 'before', title: 'before' }), pid: deadPid() })]) {
    writeFileSync(path, text);
    const title = `pid ${process.pid}, which has not signed the lock file`;
    const expected = { runId: null, pid: process.pid, title };
    expect(await runLock(path, 'run-2').check()).toMatchObject(expected);
    expect((await take(path, 'run-2')).owner).toMatchObject(expected);
  }
});

test('a file that a cleaner removed, or that somebody replaced, is still locked, and is left alone at the end', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const lock = runLock(path, 'run-1');
  await lock.take();
  unlinkSync(path);
  expect((await take(path, 'run-2')).owner).not.toBeNull();
  expect(await lock.drop()).toEqual({ notes: [`${path}: it was removed`] });

  const record = ownerText({ ...describeOwner({ runId: 'run-3', title: '' }), pid: 77 });
  for (const [text, who] of [
    ['1\n', 'pid 1'],
    [record, 'pid 77, run run-3'],
    ['a shopping list', 'neither a pid nor a record'],
    ['', 'empty'],
  ] as const) {
    writeFileSync(path, '');
    await lock.take();
    writeFileSync(path, text);
    expect(await lock.drop()).toEqual({ notes: [`${path}: it is no longer ours (${who})`] });
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

test('what is no file at the path of the lock breaks it, and is neither followed nor removed', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'victim'), 'precious');
  const make: Record<string, readonly [what: string, create: (path: string) => unknown]> = {
    folder: ['is not a regular file', (path) => mkdirSync(path)],
    fifo: ['is not a regular file', (path) => expect(spawnSync('mkfifo', [path]).status).toBe(0)],
    dangling: ['is a symbolic link', (path) => symlinkSync(join(folder, 'nowhere'), path)],
    link: ['is a symbolic link', (path) => symlinkSync(join(folder, 'victim'), path)],
    socket: ['is a socket', (path) => once(listenAt(path), 'listening')],
  };
  for (const [name, [what, create]] of Object.entries(make)) {
    const path = join(folder, name);
    await create(path);
    const { mode } = lstatSync(path);
    const message = `the run lock cannot be used: ${path}: ${what}, where a lock file is expected`;
    const broken = { failure: { kind: 'runLockBroken', message } };
    await expect(runLock(path, 'run-1').check(), name).rejects.toMatchObject(broken);
    await expect(runLock(path, 'run-1').take(), name).rejects.toMatchObject(broken);
    expect(lstatSync(path).mode).toBe(mode);
  }
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

test('somebody’s file at the path breaks the lock for as long as it is there, and not longer', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  writeFileSync(path, 'a shopping list');
  await expect(runLock(path, 'run-1').take()).rejects.toMatchObject({
    failure: { kind: 'runLockBroken', message: expect.stringContaining('is no lock file, and is left as it is') },
  });
  expect(readFileSync(path, 'utf8')).toBe('a shopping list');
  unlinkSync(path);
  expect(await take(path, 'run-2')).toEqual({ owner: null, notes: [] });
});

test('a file with the very pid that this run has now is what an earlier run left', () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  const program = bundle('test/support/take-once.ts');
  const script = `echo $$ > ${path}; exec "$@"`;
  const { stdout } = spawnSync('/bin/sh', ['-c', script, 'sh', process.execPath, program, path], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ owner: null, notes: [expect.stringContaining('what a dead owner left')] });
});

test('locks that are taken and given back leave no file descriptor behind', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const lock = runLock(path, 'run-1');
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let round = 0; round < 20; round += 1) {
    await lock.take();
    await lock.drop();
  }
  await expect.poll(open).toBeLessThanOrEqual(before);
});

test('a folder that does not exist breaks the lock, and is not created', async () => {
  const folder = tempFolder();
  const lock = runLock(join(folder, 'missing', 'watcher.pid'), 'run-1');
  const message = `the run lock cannot be used: ${folder}/missing/watcher.pid: its folder ${folder}/missing does not exist (create it, or correct run_lock_file)`;
  await expect(lock.check()).rejects.toMatchObject({ failure: { kind: 'runLockBroken', message } });
  await expect(lock.take()).rejects.toMatchObject({ failure: { kind: 'runLockBroken', message } });
  expect(readdirSync(folder)).toEqual([]);
});

test("a stranger's file in a sticky folder breaks the lock, and says whose it is", () => {
  needs('root');
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  writeFileSync(path, '');
  chownSync(path, 12_345, 12_345);
  chmodSync(folder, 0o1777);
  const program = bundle('test/support/take-once.ts');
  const { stdout } = spawnSync(process.execPath, [program, path], { uid: 65_534, gid: 65_534, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({
    kind: 'runLockBroken',
    message: `the run lock cannot be used: ${path}: belongs to uid 12345, which is neither root nor this user (uid 65534); remove it, and name a path in a folder where no other user may write; chown it if it is right`,
  });
});

test.each(['exit', 'throw', 'SIGHUP', 'SIGTERM', 'SIGQUIT', 'SIGSEGV', 'SIGKILL'] as const)(
  'no death gives the lock back: after %s its file is left, for the next to see whose it was',
  async (end) => {
    const { path, starter } = await startHolder();
    const text = readFileSync(path, 'utf8');
    await finish(starter, end);
    expect(readFileSync(path, 'utf8')).toBe(text);
    const notes = [expect.stringContaining(`removed what a dead owner left (pid ${starter.pid}, run `)];
    expect(await take(path, 'run-1')).toEqual({ owner: null, notes });
  },
);

test('since when another process has the lock is written by the clock of this one', async () => {
  const before = monotonicMs();
  const { path } = await startHolder();
  const { monotonic_ms: takenAt } = JSON.parse(readFileSync(path, 'utf8').split('\n')[1]!);
  expect(takenAt).toBeGreaterThanOrEqual(before);
  expect(takenAt).toBeLessThanOrEqual(monotonicMs());
});

test('how long a run of an earlier version may last goes by the settings of the run behind it, any other by its own', async () => {
  const path = join(tempFolder(), 'watcher.pid');
  const { pid } = await startSleep();
  const whole = describeOwner({ runId: 'old', title: 'old' });
  const {
    monotonic_ms: _,
    longest_ms: __,
    ...old
  } = {
    ...{ ...whole, pid: pid!, starttime: processStartTime(pid!)! },
    started_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  };
  const behind = async (record: object, longestMs: number) => {
    writeFileSync(path, `${pid}\n${JSON.stringify(record)}\n`);
    const lock = createRunLock({ path, owner: { runId: 'run-1', title: 'run-1', longestMs } });
    const owners = [await lock.check(), (await lock.take()).owner];
    return owners.map((owner) => isOverdue(owner!));
  };
  expect(await behind(old, 4_280_000)).toEqual([true, true]);
  expect(await behind(old, 4 * 86_400_000)).toEqual([false, false]);
  expect(await behind({ ...old, longest_ms: 9e9 }, 4_280_000)).toEqual([false, false]);
  expect(await behind({ ...old, longest_ms: 4_280_000 }, 9e9)).toEqual([true, true]);
  expect(await behind({ ...old, monotonic_ms: monotonicMs() }, 4_280_000)).toEqual([false, false]);
});

test('a stopped owner keeps the lock, and finds it its own when it goes on', async () => {
  const { path, starter } = await startHolder();
  starter.process.kill('SIGSTOP');
  expect((await take(path, 'run-1')).owner?.runId).toBe(`run-${starter.pid}`);
  starter.process.kill('SIGCONT');
  expect(await starter.ask({ kind: 'drop' })).toEqual({ notes: [] });
});

test('the lock does not keep a process alive that has nothing more to do', () => {
  const folder = tempFolder();
  const program = bundle('test/support/take-once.ts');
  const { status, stdout } = spawnSync(process.execPath, [program, join(folder, 'watcher.pid')], { timeout: 20_000 });
  expect(status).toBe(0);
  expect(JSON.parse(String(stdout))).toEqual({ owner: null, notes: [] });
});

test.each([
  ['another host', { host: 'balancer-2', boot_id: OTHER_ID }, 'another host, balancer-2'],
  ['another host of the same name', { boot_id: OTHER_ID, machine_id: 'f'.repeat(32) }, `another host, ${hostname()}`],
  ['another host of the same name, without machine-ids', { boot_id: OTHER_ID, machine_id: null }, 'another host'],
  ['another container', { pid_namespace: '1' }, 'another process-id namespace (a container)'],
])('the file of an owner on %s is never taken for a dead one’s', async (_, place, where) => {
  const path = join(tempFolder(), 'watcher.pid');
  const text = ownerText({ ...describeOwner({ runId: 'far', title: 'far' }), pid: deadPid(), ...place });
  writeFileSync(path, text);
  const failure = { kind: 'runLockBroken', message: expect.stringContaining(where) };
  await expect(runLock(path, 'run-1').check()).rejects.toMatchObject({ failure });
  await expect(take(path, 'run-1')).rejects.toMatchObject({ failure });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test.each([
  ['with its machine-id', {}],
  ['without a machine-id', { machine_id: null, started_at: '2020-01-01T00:00:00.000Z' }],
])('the file of an owner on this host before it started anew is left behind, %s', async (_, place) => {
  const path = join(tempFolder(), 'watcher.pid');
  const record = { ...describeOwner({ runId: 'past', title: 'past' }), boot_id: OTHER_ID, pid_namespace: '1' };
  writeFileSync(path, ownerText({ ...record, ...place }));
  expect(await runLock(path, 'run-1').check()).toBeNull();
  expect((await take(path, 'run-1')).owner).toBeNull();
});

test("another user's process is no owner, whatever file names it", async () => {
  needs('root');
  const path = join(tempFolder(), 'watcher.pid');
  const stranger = await startNamed('watcher', 65_534);
  const starttime = processStartTime(stranger.pid!)!;
  const record = ownerText({ ...describeOwner({ runId: 'x', title: 'x' }), pid: stranger.pid!, starttime });
  for (const text of [`${stranger.pid}\n`, record]) {
    writeFileSync(path, text);
    const failure = { kind: 'runLockBroken', message: expect.stringMatching(/process belongs to uid 65534/) };
    await expect(runLock(path, 'run-1').check()).rejects.toMatchObject({ failure });
    await expect(take(path, 'run-1')).rejects.toMatchObject({ failure });
  }
});

test("another user's file is no lock file, whatever it says", async () => {
  needs('root');
  const path = join(tempFolder(), 'watcher.pid');
  for (const text of ['', `${process.pid}\n`, ownerText(describeOwner({ runId: 'x', title: 'x' })), 'a list']) {
    writeFileSync(path, text);
    chownSync(path, 65_534, 65_534);
    const failure = {
      kind: 'runLockBroken',
      message: expect.stringMatching(/: belongs to uid 65534, which is not root; /),
    };
    await expect(runLock(path, 'run-1').check()).rejects.toMatchObject({ failure });
    await expect(take(path, 'run-1')).rejects.toMatchObject({ failure });
    unlinkSync(path);
  }
});

test('a hard link in the place of the lock is neither believed nor written', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  for (const text of ['', '1\n']) {
    writeFileSync(join(folder, 'victim'), text, { mode: 0o600 });
    linkSync(join(folder, 'victim'), path);
    const failure = { kind: 'runLockBroken', message: expect.stringContaining('is a hard link') };
    await expect(runLock(path, 'run-1').check()).rejects.toMatchObject({ failure });
    await expect(take(path, 'run-1')).rejects.toMatchObject({ failure });
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe(text);
    expect(lstatSync(join(folder, 'victim')).mode & 0o777).toBe(0o600);
    unlinkSync(path);
  }
});

test('a lock file that may not be read is not taken for one that is not there', () => {
  needs('root');
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  writeFileSync(path, ownerText(describeOwner({ runId: 'x', title: 'x' })), { mode: 0o600 });
  chmodSync(folder, 0o777);
  const program = bundle('test/support/take-once.ts');
  const { stdout } = spawnSync(process.execPath, [program, path], { uid: 65_534, gid: 65_534, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual({
    kind: 'runLockBroken',
    message: `the run lock cannot be used: ${path}: cannot be read: permission denied`,
  });
});

function runLock(path: string, runId: string) {
  const lock = createRunLock({ path, owner: { runId, title: `watcher of ${runId}` } });
  onTestFinished(async () => void (await lock.drop()));
  return lock;
}

function take(path: string, runId: string) {
  return runLock(path, runId).take();
}

async function startHolder() {
  const folder = tempFolder();
  const path = join(folder, 'watcher.pid');
  const starter = await startStarter(bundle('test/support/lock-starter.ts'), path, join(folder, 'log'));
  expect(await starter.ask({ kind: 'take' })).toEqual({ owner: null, notes: [] });
  return { path, starter };
}

async function finish(starter: Awaited<ReturnType<typeof startStarter>>, end: 'exit' | 'throw' | NodeJS.Signals) {
  if (end === 'exit' || end === 'throw') await starter.ask({ kind: end });
  else await starter.kill(end);
}

function listenAt(path: string) {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  return server;
}

function deadPid(): number {
  return spawnSync('/bin/true').pid;
}

/** A process that the process table shows under this name. */
async function startNamed(name: string, uid = process.getuid!()) {
  const child = spawn('sleep', ['600'], { argv0: name, stdio: 'ignore', uid, gid: uid });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

async function startSleep() {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}
