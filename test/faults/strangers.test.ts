/**
 * Goal: what another user of the node makes keeps no run away unseen, and is never written to, believed or taken over.
 * Method: the built program as root, and each attack as a user without rights; the program as a user of its own where
 * what root's processes do may not be looked at.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { processStartTime } from '../../src/host/process-table.ts';
import { type Balancer, startBalancers } from '../support/balancers.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';

const NOBODY = 65_534;
const ANOTHER = 12_345;

beforeEach(() => needs('root'));

test.each([
  ['listens', "server.listen(name, () => console.log('here'))"],
  ['lets nobody in', "server.listen(name, () => { console.log('here'); process.kill(process.pid, 'SIGSTOP'); })"],
])('a stranger who has the kernel name of the run lock and %s is named, in status too', async (_, how) => {
  const { nodes, yp } = await startBalancers(1);
  const node = nodes[0]!;
  const squatter = await squat(node.path('watcher.pid'), how);
  const who = new RegExp(
    `^watcher: [^\\n]*watcher\\.pid: its name in the kernel, [^\\n]* is taken by pid ${squatter.pid} \\("[^\\n]*node[^\\n]*"\\), which belongs to uid ${NOBODY}, [^\\n]*\\n$`,
  );
  const ended = await node.run(['--force_run']);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(who) });
  expect(await node.run(['status'])).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(who) });
  expect(yp.requests).toEqual([]);
  expect(node.read('watcher.log')).toMatch(/ERROR [^\n]*runLockBroken/);
});

test('a name that is taken by a process which may not be looked at is a failure as well', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  giveAway(node);
  await squat(node.path('watcher.pid'), "server.listen(name, () => console.log('here'))", 0);
  const ended = await node.run([], {}, as(NOBODY));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /is taken by a process of another user, which has not signed it; run "watcher status" as root/,
  );
});

test('a stranger who has the name of the lock file is named', async () => {
  const { nodes } = await startBalancers(1, { lock: 'file', lock_file: 'cluster.lock' });
  const node = nodes[0]!;
  const squatter = await squat(node.path('cluster.lock'), "server.listen(name, () => console.log('here'))");
  const ended = await node.run(['--haproxy_timeout=30s']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    new RegExp(`the lock file cannot be used: [^\\n]*pid ${squatter.pid} [^\\n]*uid ${NOBODY}`),
  );
});

test('a place in line, or a guard, of a stranger holds nobody up', async () => {
  const { nodes } = await startBalancers(1, { lock: 'file', lock_file: 'cluster.lock' });
  const node = nodes[0]!;
  const env = { WATCHER_RUN_ID: 'dead' };
  const stranger = await start('/bin/sh', ['-c', 'echo here; read line', 'watcher-switch'], { uid: NOBODY, env });
  const ticket = node.path(
    `.cluster.lock.${'1'.padStart(20, '0')}.${stranger.pid}.${processStartTime(stranger.pid!)}.waiting`,
  );
  writeFileSync(ticket, '');
  const record = { pid: 2_147_483_646, starttime: 1, run_id: 'dead', title: 'watcher', ...place() };
  writeFileSync(node.path('cluster.lock'), `${record.pid}\n${JSON.stringify(record)}\n`);
  chownSync(ticket, NOBODY, NOBODY);
  expect(await node.run(['--haproxy_timeout=30s', '--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
});

test('a link in the place that is kept in line is not written through', async () => {
  const { nodes } = await startBalancers(2, { lock: 'file', lock_file: 'cluster.lock' });
  const [holder, waiting] = nodes as [Balancer, Balancer];
  const victim = holder.path('victim');
  writeFileSync(victim, 'precious');
  chmodSync(victim, 0o600);
  expect(statSync(victim).size).toBe(8);
  symlinkSync(victim, holder.path('linked'));
  linkSync(victim, waiting.path('linked'));
  for (const node of [holder, waiting]) {
    const ended = await node.run(['--lock_file', node.path('linked'), '--haproxy_timeout=30s']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/is a (symbolic|hard) link, where a lock file is expected/);
  }
  expect(readFileSync(victim, 'utf8')).toBe('precious');
});

test.each([
  ['stats.json', 'failed/statisticsUnwritable'],
  ['state.json', 'failed/stateUnreadable'],
  ['watcher.pid', 'failed/runLockBroken'],
])('%s of a stranger is a failure that names the uid, and stays as it is', async (name, outcome) => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const text = name === 'stats.json' ? statistics() : '{"version":1,"generations":{},"intent":null}';
  writeFileSync(node.path(name), name === 'watcher.pid' ? `${process.pid}\n` : text);
  chownSync(node.path(name), NOBODY, NOBODY);
  const before = node.read(name);
  const ended = await node.run([]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(new RegExp(`${name}: belongs to uid ${NOBODY}, which is not root; remove it`));
  expect(node.read('watcher.log')).toContain(`outcome=${outcome}`);
  expect(node.read(name)).toBe(before);
  if (name === 'stats.json') expect(await node.run(['-get_stats'])).toMatchObject({ code: 1, stdout: '' });
  if (name === 'state.json') expect(node.statistics()).toMatchObject({ Errors: 1, TotalLockedRuns: 1 });
  expect(existsSync(node.path('watcher.pid'))).toBe(name === 'watcher.pid');
});

test.each([
  ['a hard link', (path: string, victim: string) => linkSync(victim, path), /cannot be opened: it is a hard link/],
  ['a file of a stranger', (path: string) => openToAll(path), /cannot be opened: belongs to uid 65534/],
])('%s in the place of the log is not written to, and is reported', async (_, make, why) => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  writeFileSync(node.path('victim'), 'precious');
  make(node.path('watcher.log'), node.path('victim'));
  const ended = await node.run(['--detailed_exitcode']);
  expect(ended).toMatchObject({ code: 10, stderr: expect.stringMatching(why) });
  expect(node.read('victim')).toBe('precious');
  expect(node.read('watcher.log')).toBe(statSync(node.path('watcher.log')).nlink > 1 ? 'precious' : '');
});

test('root’s pid file is believed by a watcher that is not root, another user’s is not', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  giveAway(node);
  const living = await start('/bin/sh', ['-c', 'echo here; read line'], { uid: 0 });
  const record = { pid: living.pid, starttime: processStartTime(living.pid!), run_id: 'x', title: 'watcher' };
  writeFileSync(node.path('watcher.pid'), `${living.pid}\n${JSON.stringify({ ...record, ...place() })}\n`);
  expect(await node.run(['--detailed_exitcode'], {}, as(NOBODY))).toMatchObject({ code: 13, stderr: '' });
  chownSync(node.path('watcher.pid'), ANOTHER, ANOTHER);
  const ended = await node.run([], {}, as(NOBODY));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(`belongs to uid ${ANOTHER}, which is neither root nor this user (uid ${NOBODY})`);
});

/** A process, of root or without rights, that has the kernel name of this file. */
function squat(path: string, how: string, uid = NOBODY): Promise<ChildProcess> {
  const name = `\\0watcher:${createHash('sha256').update(path).digest('hex')}`;
  const script = `const name = '${name}'; const server = require('node:net').createServer(); ${how}`;
  return start(process.execPath, ['-e', script], { uid });
}

/** Starts a process, and waits for what it prints first. */
async function start(program: string, words: readonly string[], { uid, env = {} }: { uid: number; env?: object }) {
  const child = spawn('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', program, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    env: { ...process.env, ...env },
  });
  afterwards(() => child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

function as(uid: number): readonly string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

function giveAway(node: Balancer): void {
  const folder = dirname(node.path('x'));
  expect(spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]).status).toBe(0);
  chmodSync(dirname(folder), 0o755);
  spawnSync('chmod', ['666', `${dirname(folder)}/refreshes.log`]);
}

function openToAll(path: string): void {
  writeFileSync(path, '');
  chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o666);
}

function place() {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { reason: null, boot_id: boot, host: 'here', started_at: '2026-01-01T00:00:00.000Z' };
}

function statistics(): string {
  const names = ['LastLockAcquiredTimestamp', 'LastSuccessFinishTimestamp', 'LastSuccessRunDurationSec'];
  const counters = ['LastErrorTimestamp', 'Errors', 'TotalLockedRuns', 'LastRefreshCallTimestamp'];
  const more = ['HaproxyRefreshTry', 'HaproxyRefreshSuccess'];
  return JSON.stringify(Object.fromEntries([...names, ...counters, ...more].map((name) => [name, 1])));
}
