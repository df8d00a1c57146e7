import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startBalancers } from '../support/balancers.ts';
import { PROGRAM } from '../support/built-program.ts';

test('two keys that name the same file are refused before anything is touched', async () => {
  const { nodes } = await startBalancers(1);
  const [node] = nodes;
  const before = node!.read('primer.json');
  const ended = await node!.run([`--stat_file=${node!.path('primer.json')}`]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/^watcher: stat_file .* and primer_json_file .* name the same file[^\n]*\n$/);
  expect(node!.read('primer.json')).toBe(before);
});

test('a run_lock_file that is somebody’s file is left as it is', async () => {
  const { nodes } = await startBalancers(1);
  const [node] = nodes;
  writeFileSync(node!.path('precious'), 'maxconn 1000\n');
  const ended = await node!.run([`--run_lock_file=${node!.path('precious')}`]);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('precious: is no lock file') });
  expect(node!.read('precious')).toBe('maxconn 1000\n');
});

test.each([
  ['--yt_proxy=user:secret-canary@yt', 'yt_proxy'],
  ['--yt_path=home', 'yt_path'],
  ['--yp_url=http://sd.example.net/?a=b', 'yp_url'],
])('%s is a usage error that does not repeat a password', async (flag, key) => {
  const { nodes } = await startBalancers(1);
  const ended = await nodes[0]!.run([flag]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(key) });
  expect(ended.stderr).not.toContain('secret-canary');
});

test('a lock service that is down is named when the time is over', async () => {
  const { nodes } = await startBalancers(1, { yt_proxy: 'http://127.0.0.1:1' });
  const ended = await nodes[0]!.run(['--haproxy_timeout=500ms']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/the lock service: .*127\.0\.0\.1:1.*ECONNREFUSED/);
});

test('output that cannot be written is no success', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--version'], { stdio: ['ignore', full, 'pipe'] });
  expect([status, String(stderr)]).toEqual([1, 'watcher: the output could not be written\n']);
});

test('a working folder that was removed stops nothing that does not need it', async () => {
  const { nodes, refreshes } = await startBalancers(1);
  const [node] = nodes;
  const gone = node!.path('gone');
  mkdirSync(gone);
  const script = `cd ${gone} && rmdir ${gone} && exec ${process.execPath} ${PROGRAM} --config ${node!.path('watcher.yaml')} --dry_run --detailed_exitcode`;
  const status = await new Promise((resolve) => {
    spawn('/bin/sh', ['-c', script], { stdio: 'ignore' }).once('close', resolve);
  });
  expect(status).toBe(12);
  expect(refreshes()).toEqual([]);
});

test.each([
  ['--state_file=/proc/none/state.json', 5, 'state_file: the folder /proc/none cannot be made'],
  ['--stat_file=/proc/none/stats.json', 1, 'stat_file: the folder /proc/none cannot be made'],
  ['--yt_token_path=/none/token', 1, 'yt_token_path: /none/token: no such file'],
  ['--haproxy_refresh_command=/none/reload', 5, 'haproxy_refresh_command: /none/reload does not exist'],
])('a dry run is not green before a real one that cannot start: %s', async (flag, code, line) => {
  const { nodes, yt } = await startBalancers(1);
  for (const dry of ['true', 'false']) {
    const ended = await nodes[0]!.run([flag, `--dry_run=${dry}`]);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(line) });
  }
  expect(yt.inspect.requests).toEqual([]);
});

test('a token that is replaced in the middle of a run is neither used nor shown', async () => {
  const { nodes, yt } = await startBalancers(1, { record_dir: 'runs' });
  const [node] = nodes;
  const next = 'NEW-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
  writeFileSync(node!.path('next'), next, { mode: 0o600 });
  const ended = await node!.run([
    '--handbrake_command',
    `cp ${node!.path('next')} ${node!.path('token')}`,
    '--haproxy_refresh_command',
    `cat ${node!.path('token')}; exit 3`,
  ]);
  expect(ended.code).toBe(5);
  expect(yt.inspect.requests.length).toBeGreaterThan(2);
  expect(node!.read('watcher.log')).toContain('refresh stdout | ***');
  expect(node!.read('watcher.log') + ended.stderr).not.toContain('bbbbbbbbb');
  for (const name of readdirSync(node!.path('runs'))) expect(node!.read(`runs/${name}`)).not.toContain('bbbbbbbbb');
});

test('the log says which lock a run takes, and a log that cannot be opened is not pointed to', async () => {
  const { nodes } = await startBalancers(1);
  const [node] = nodes;
  await node!.run([]);
  expect(node!.read('watcher.log').split('\n')[0]).toMatch(/ run started .* lock="yt \/\/home\/\S+ at \S+"/);
  const ended = await node!.run(['--log_file=/proc/none/watcher.log', '--stat_file=/proc/none/stats.json']);
  expect(ended.stderr).toContain('the log file /proc/none/watcher.log cannot be opened');
  expect(ended.stderr).not.toContain('(log:');
});
