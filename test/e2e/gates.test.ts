import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { waitingCommand } from '../faults/parking.ts';
import { startBalancers } from '../support/balancers.ts';
import { until } from '../support/until.ts';

test('an engaged handbrake skips the run silently, forced or not, and takes no run lock', async () => {
  const { nodes, yp, refreshes } = await startBalancers(1);
  const [node] = nodes;
  writeFileSync(node!.path('handbrake'), '');
  expect(await node!.run(['--detailed_exitcode', '--force_run'])).toMatchObject({ code: 14, stderr: '' });
  expect(await node!.run()).toMatchObject({ code: 0, stderr: '', stdout: '' });
  expect(yp.requests).toEqual([]);
  expect(refreshes()).toEqual([]);
  expect(() => node!.statistics()).toThrow('ENOENT');
});

test.each([
  ['exit 2', 'exited with 2', '60s'],
  ['kill -9 $$', 'ended by SIGKILL', '60s'],
  ['sleep 600', 'took too long', '300ms'],
])('a handbrake that does `%s` is broken: exit 7, nothing refreshed', async (command, words, handbrake_timeout) => {
  const { nodes, refreshes } = await startBalancers(1, { handbrake_command: command, handbrake_timeout });
  const ended = await nodes[0]!.run();
  expect(ended.code).toBe(7);
  expect(ended.stderr).toMatch(new RegExp(`^watcher: [^\\n]*${words}[^\\n]*\\n$`));
  expect(refreshes()).toEqual([]);
});

test('a handbrake that is no program is broken, and the missing path is named', async () => {
  const { nodes } = await startBalancers(1, { handbrake_command: ['/nowhere/handbrake'] });
  expect(await nodes[0]!.run()).toMatchObject({ code: 7, stderr: expect.stringContaining('/nowhere/handbrake') });
});

test('a handbrake pulled while the run waits for the lock stops it before the refresh', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1);
  const [node] = nodes;
  const gate = yt.faults.hold('lock');
  const running = node!.start(['--detailed_exitcode']);
  await gate.arrived;
  writeFileSync(node!.path('handbrake'), '');
  gate.release();
  expect(await running.ended).toMatchObject({ code: 14, stderr: '' });
  expect(refreshes()).toEqual([]);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(node!.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 0 });
});

test('a second watcher on the node is skipped while the first works, and leaves no trace', async () => {
  const { yp, nodes } = await startBalancers(1);
  const [node] = nodes;
  const gate = yp.faults.hold('*');
  const running = node!.start();
  await gate.arrived;
  const pidFile = node!.read('watcher.pid');
  expect(pidFile.split('\n')[0]).toBe(String(running.child.pid));
  expect(await node!.run(['--detailed_exitcode'])).toMatchObject({ code: 13, stdout: '', stderr: '' });
  expect(node!.read('watcher.pid')).toBe(pidFile);
  gate.release();
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(node!.statistics()).toMatchObject({ TotalLockedRuns: 1 });
  expect(() => node!.read('watcher.pid')).toThrow('ENOENT');
});

test('the commands get few variables, among them the run, the reason and the deadline, and never the token', async () => {
  const { nodes } = await startBalancers(1, { haproxy_refresh_command: 'env > refresh.env; pwd' });
  const [node] = nodes;
  await node!.run(['--haproxy_refresh_command', `env > ${node!.path('refresh.env')}`], {
    YT_TOKEN: 'canary-in-the-environment',
    http_proxy: 'http://127.0.0.1:1',
    LANG: 'C.UTF-8',
  });
  const environment = node!.read('refresh.env');
  expect(environment).toMatch(/^WATCHER_RUN_ID=[0-9a-f]{16}$/m);
  expect(environment).toMatch(/^WATCHER_REASON=changed$/m);
  expect(environment).toMatch(/^WATCHER_DEADLINE=\d{10}$/m);
  expect(environment).toMatch(/^LANG=C.UTF-8$/m);
  expect(environment).not.toMatch(/canary|proxy|YT_/);
});

test('a failing refresh command is exit 5, counted, and its last words are in the log', async () => {
  const { yt, nodes } = await startBalancers(1, { haproxy_refresh_command: 'echo "bad config at line 7" >&2; exit 3' });
  const [node] = nodes;
  const ended = await node!.run();
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/^watcher: [^\n]*exited with 3[^\n]*\n$/);
  expect(node!.read('watcher.log')).toContain('bad config at line 7');
  expect(node!.statistics()).toMatchObject({ Errors: 1, HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0 });
  expect(yt.inspect.transactions()).toEqual([]);
});

test('a refresh command that takes too long is stopped, and its whole group with it', async () => {
  const { nodes } = await startBalancers(1, { haproxy_refresh_timeout: '4s' });
  const [node] = nodes;
  const command = `trap '' TERM; sleep 300 & echo $! > ${node!.path('sleeper')}; wait; sleep 300`;
  expect(await node!.run(['--haproxy_refresh_command', command])).toMatchObject({ code: 5 });
  const sleeper = Number(node!.read('sleeper'));
  await until('the sleeper is gone', () => !isRunning(sleeper));
});

test('the time is over while another node has the lock: exit 3, and the request is withdrawn', async () => {
  const { yt, nodes, refreshes } = await startBalancers(2);
  const refresh = waitingCommand(nodes[0]!, 'refresh');
  const first = nodes[0]!.start(['--haproxy_refresh_command', refresh.command]);
  await refresh.begun();
  expect(await nodes[1]!.run(['--haproxy_timeout=700ms'])).toMatchObject({ code: 3 });
  expect(refreshes()).toEqual([]);
  expect(yt.inspect.transactions()).toHaveLength(1);
  refresh.letGo();
  expect(await first.ended).toMatchObject({ code: 0 });
});

test.each([
  ['missing', () => {}],
  ['a folder', (path: string) => mkdirSync(path)],
  ['empty', (path: string) => writeFileSync(path, '')],
  ['cut', (path: string) => writeFileSync(path, '{"endpoint_sets":[')],
  ['of the wrong shape', (path: string) => writeFileSync(path, '{"endpoint_sets":[{"cluster_name":7}]}')],
])('a primer file that is %s fails the run in one line that names it', async (_, make) => {
  const { nodes, refreshes } = await startBalancers(1);
  const path = nodes[0]!.path('primer.json');
  rmSync(path);
  make(path);
  const ended = await nodes[0]!.run();
  expect(ended.code).toBe(1);
  expect(ended.stderr.split('\n')).toHaveLength(2);
  expect(ended.stderr).toContain(path);
  expect(refreshes()).toEqual([]);
  expect(nodes[0]!.statistics()).toMatchObject({ Errors: 1, TotalLockedRuns: 1 });
});

test('a wrong token is refused once, without a retry, and never shown', async () => {
  const { yt, nodes } = await startBalancers(1);
  const [node] = nodes;
  writeFileSync(node!.path('token'), 'wrong-canary-token');
  const ended = await node!.run();
  expect(ended.code).toBe(1);
  expect(ended.stderr + node!.read('watcher.log')).not.toContain('wrong-canary-token');
  expect(yt.inspect.requests).toHaveLength(1);
});

test('a log file that cannot be opened is one warning, and the run goes on', async () => {
  const { nodes, refreshes } = await startBalancers(1, { log_file: '/proc/nowhere/watcher.log' });
  const ended = await nodes[0]!.run();
  expect(ended.code).toBe(0);
  expect(ended.stderr.split('\n')).toHaveLength(2);
  expect(refreshes()).toHaveLength(2);
});

test('statistics that cannot be written fail a run that was good, and the lock is given back', async () => {
  const { yt, nodes } = await startBalancers(1, { stat_file: '/proc/nowhere/stats.json' });
  expect(await nodes[0]!.run()).toMatchObject({ code: 1, stderr: expect.stringContaining('/proc/nowhere') });
  expect(yt.inspect.transactions()).toEqual([]);
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
