import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
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
