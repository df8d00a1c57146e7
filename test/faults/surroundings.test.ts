/**
 * Goal: what a run is started in (environment, streams, umask, limits, cron) changes neither what it does nor its exit code.
 * Method: the built program, started by a shell that prepares the surroundings.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../http/test-server.ts';
import { LOCK_PATH, startBalancers } from '../support/balancers.ts';
import { PROGRAM, runProgram } from '../support/built-program.ts';
import { afterwards } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** Words that let a shell do something first; `"$@"` is the program. */
const first = (script: string) => ['/bin/sh', '-c', script, 'sh'] as const;

test.each([
  ['closed', '>&- 2>&-'],
  ['full', '>/dev/full 2>/dev/full'],
])('stdout and stderr that are %s change no exit code, good or bad', async (_, streams) => {
  const { nodes, yp, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  expect(await node.run(['--detailed_exitcode'], {}, first(`exec "$@" ${streams}`))).toMatchObject({ code: 10 });
  expect(refreshes()).toHaveLength(2);
  yp.faults.add('*', { kind: 'status', status: 403 });
  expect(await node.run([], {}, first(`exec "$@" ${streams}`))).toMatchObject({ code: 4 });
  expect(node.read('watcher.log')).toMatch(/outcome=failed\/discoveryUntrusted/);
});

test('a reader that takes nothing from stderr delays the end of a run by a second at most', async () => {
  const { nodes } = await startBalancers(1, { log_file: '-' });
  const node = nodes[0]!;
  const noisy = `i=0; while [ $i -lt 4000 ]; do echo "a line that is there to fill the pipe $i"; i=$((i+1)); done; exit 3`;
  const args = ['--config', node.path('watcher.yaml'), '--haproxy_refresh_command', noisy];
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: node.path('.'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  afterwards(() => child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([5, null]);
});

test('a reader that is slow gets every byte, and one that has had enough takes nothing else with it', async () => {
  const cwd = tempFolder();
  const code = () => readFileSync(join(cwd, 'code'), 'utf8');
  const draw = (reader: string) =>
    runProgram(['graph', '--format', 'html'], { cwd, under: first(`{ "$@"; echo $? > code; } | ${reader}`) });
  const whole = await draw('{ sleep 0.3; cat; }');
  expect([code(), whole.stdout.trimEnd().slice(-7), whole.stderr]).toEqual(['0\n', '</html>', '']);
  expect(whole.stdout.length).toBeGreaterThan(100_000);
  expect(await draw('head -c 1')).toMatchObject({ stdout: '<', stderr: '' });
  expect(code()).toBe('0\n');
});

test('cron’s environment is enough, and junk on stdin is not read', async () => {
  const { nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const bare = 'cd / && echo "--force_run %junk" | env -i PATH=/usr/bin:/bin HOME=/ SHELL=/bin/sh LOGNAME=root "$@"';
  expect(await node.run(['--detailed_exitcode'], {}, first(bare))).toMatchObject({ code: 10, stdout: '', stderr: '' });
  expect(refreshes().map(({ reason }) => reason)).toEqual(['changed', 'changed']);
});

test('signals that cron or nohup left ignored: commands are still waited for, and SIGTERM still stops the run', async () => {
  const { nodes, yp } = await startBalancers(1);
  const node = nodes[0]!;
  const ignoring = first('trap "" HUP PIPE CHLD USR1; exec "$@"');
  expect(await node.run(['--detailed_exitcode'], {}, ignoring)).toMatchObject({ code: 10, stderr: '' });
  const gate = yp.faults.hold('*');
  const running = node.start([], {}, ignoring);
  await gate.arrived;
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 143 });
});

test.each([
  ['nohup, as bash starts it', ['bash', '-c', 'nohup "$@"', 'bash']],
  ['nohup on a terminal, whose input it makes unreadable', first('exec "$@" 0>/dev/null')],
  ['a script that ignores it', first('trap "" HUP; "$@"; exit $?')],
] as const)('SIGHUP stays ignored under %s', async (_, under) => {
  needs('bash');
  const { nodes, yp } = await startBalancers(1);
  const gate = yp.faults.hold('*');
  const running = nodes[0]!.start(['--detailed_exitcode'], {}, under);
  await gate.arrived;
  process.kill(Number.parseInt(nodes[0]!.read('watcher.pid'), 10), 'SIGHUP');
  gate.release();
  expect(await running.ended).toMatchObject({ code: 10 });
});

test.each(['SIGPIPE', 'SIGXFSZ', 'SIGWINCH', 'SIGURG', 'SIGCHLD'] as const)('%s changes nothing', async (signal) => {
  const { nodes, yp } = await startBalancers(1);
  const gate = yp.faults.hold('*');
  const running = nodes[0]!.start(['--detailed_exitcode']);
  await gate.arrived;
  running.child.kill(signal);
  running.child.kill(signal);
  gate.release();
  expect(await running.ended).toMatchObject({ code: 10, stderr: '' });
});

test('at no time anybody can connect to a run', async () => {
  const { nodes, yp } = await startBalancers(1);
  const gate = yp.faults.hold('*');
  const running = nodes[0]!.start();
  await gate.arrived;
  expect(listeningSockets(running.child.pid!)).toEqual([]);
  running.child.kill('SIGUSR1');
  expect(listeningSockets(running.child.pid!)).toEqual([]);
  gate.release();
  expect(await running.ended).toMatchObject({
    code: 138,
    stderr: expect.stringMatching(/^watcher: stopped by SIGUSR1; [^\n]+\n$/),
  });
});

test('proxies, Node’s own switches and other programs’ tokens in the environment change nothing and go nowhere', async () => {
  const proxy = await startServer((_, response) => response.end('{}'));
  const { nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
  const environment = {
    ...Object.fromEntries(names.map((name) => [name, proxy.url])),
    no_proxy: '',
    NODE_USE_ENV_PROXY: '1',
    NODE_OPTIONS: '--no-deprecation',
    NODE_DEBUG: 'http,net,fs',
    YT_TOKEN: 'a-stranger-s-token',
    CONSUL_HTTP_TOKEN: 'another-token',
  };
  const notice = node.path('environment');
  const args = ['--detailed_exitcode', '--handbrake_command', `env >> ${notice}`];
  expect(await node.run(args, environment)).toMatchObject({ code: 10 });
  expect(refreshes()).toHaveLength(2);
  expect(proxy.seen).toEqual([]);
  expect(node.read('environment')).not.toMatch(/proxy|NODE_|token/i);
});

test.each(['000', '077', '777'])('with umask %s all files have the modes that are documented', async (umask) => {
  const { nodes, yt } = await startBalancers(1, { record_dir: 'recordings' });
  const node = nodes[0]!;
  const gate = yt.faults.hold('start_transaction', { times: 1 });
  const running = node.start(['--detailed_exitcode'], {}, first(`umask ${umask}; exec "$@"`));
  await gate.arrived;
  const mode = (name: string) => statSync(node.path(name)).mode & 0o777;
  expect(mode('watcher.pid')).toBe(0o644);
  gate.release();
  expect(await running.ended).toMatchObject({ code: 10 });
  const [recording] = readdirSync(node.path('recordings'));
  expect([mode('stats.json'), mode('state.json'), mode(join('recordings', recording!))]).toEqual([0o644, 0o644, 0o600]);
});

test('a user whom the host does not know, and who has no home, can run it', async () => {
  needs('root');
  const nobodyKnown = ['env', '-u', 'HOME', 'setpriv', '--reuid=1234567', '--regid=1234567', '--clear-groups'];
  const ended = await runProgram(['config'], { cwd: '/', under: nobodyKnown });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('haproxy_timeout');
});

test('few file descriptors are enough, and want of them is a failure that lets go of everything', async () => {
  needs('root');
  const { nodes, yt } = await startBalancers(1);
  const node = nodes[0]!;
  expect(await node.run(['--detailed_exitcode'], {}, ['prlimit', '--nofile=64'])).toMatchObject({
    code: 10,
    stderr: '',
  });
  const least = fewestDescriptorsOfNode();
  for (const limit of [0, 2, 4, 6, 8, 10].map((more) => least + more)) {
    const ended = await node.run(['--haproxy_timeout', '2s'], {}, ['prlimit', `--nofile=${limit}`]);
    expect(ended.stdout).toBe('');
    if (ended.code !== 0) expect(ended.stderr).not.toBe('');
    expect(readdirSync(node.path('.'))).not.toContain('watcher.pid');
    await until('the lock is free', () => yt.inspect.locks(LOCK_PATH).length === 0);
  }
});

test('files that may not grow: the statistics stay as they were, the exit code says so', async () => {
  const { nodes, yt } = await startBalancers(1);
  const node = nodes[0]!;
  expect(await node.run(['--dry_run'])).toMatchObject({ code: 0 });
  const before = node.read('stats.json');
  expect(await node.run([], {}, ['prlimit', '--fsize=100'])).toMatchObject({ code: 1 });
  expect(node.read('stats.json')).toBe(before);
  expect(readdirSync(node.path('.')).filter((name) => name.endsWith('.tmp') || name === 'watcher.pid')).toEqual([]);
  expect(yt.inspect.transactions()).toEqual([]);
});

test('a program file that is replaced while it runs is not needed any more', async () => {
  const { nodes, yp } = await startBalancers(1);
  const node = nodes[0]!;
  mkdirSync(node.path('dist'));
  const copy = node.path('dist/watcher.cjs');
  writeFileSync(copy, readFileSync(PROGRAM));
  const gate = yp.faults.hold('*');
  const child = spawn(process.execPath, [copy, '--config', node.path('watcher.yaml'), '--detailed_exitcode'], {
    cwd: node.path('.'),
    stdio: 'ignore',
  });
  afterwards(() => child.kill('SIGKILL'));
  await gate.arrived;
  writeFileSync(copy, 'throw new Error("a later version");');
  gate.release();
  expect(await once(child, 'exit')).toEqual([10, null]);
});

test('a heap that is too small is a death like any other: the next run goes on', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const ended = await node.run([], { NODE_OPTIONS: '--max-old-space-size=5 --max-semi-space-size=1' });
  expect(ended.code === 0 || ended.signal !== null || ended.code === 134).toBe(true);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
});

/** With fewer than this, Node itself does not start: no program could tell of it. */
function fewestDescriptorsOfNode(): number {
  for (let limit = 12; limit < 64; limit++) {
    const started = spawnSync('prlimit', [`--nofile=${limit}`, process.execPath, PROGRAM, '--version']);
    if (started.status === 0) return limit;
  }
  throw new Error('Node does not start with fewer than 64 file descriptors');
}

/** The TCP ports on which a process lets others in. */
function listeningSockets(pid: number): string[] {
  const ours = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
  const LISTEN = '0A';
  return ['tcp', 'tcp6']
    .flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && ours.has(`socket:[${fields[9]}]`))
    .map((fields) => fields[1]!);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
