/** The recipes of docs/commands.md with a real HAProxy, and the one that it warns of. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { markedCode } from '../docs/marked-part.ts';
import { type Ended, runProgram } from '../support/built-program.ts';
import { needs, PROGRAM_PATH } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

beforeEach(() => needs('haproxy'));

test('a HAProxy that the refresh command leaves in its group is a failure that says what to do, not a refresh', async () => {
  const node = startNode();
  const { code, stderr } = await node.refreshBy(recipe('wrong', node));
  expect(code).toBe(5);
  expect(stderr).toMatch(
    /^watcher: the refresh command exited with 0 and left 1 process of its group running, which had to be stopped; [^\n]*a session of its own \(haproxy -D, or setsid\)[^\n]*\n$/,
  );
});

test('a HAProxy that becomes a daemon takes over from the old one, and stays', async () => {
  const node = startNode();
  const before = node.pid();
  expect(await node.refreshBy(recipe('daemon', node))).toMatchObject({ code: 10, stderr: '' });
  const now = await until('the new HAProxy', () => (node.pid() === before ? null : node.pid()));
  expect(isThere(now)).toBe(true);
  await until('the end of the old one', () => !isThere(before));
  expect(isThere(now)).toBe(true);
});

test('a master takes the new configuration at USR2, and a broken one never reaches it', async () => {
  const node = startNode('-W');
  const command = recipe('master-worker', node);
  expect(await node.refreshBy(command)).toMatchObject({ code: 10, stderr: '' });
  writeFileSync(node.path('haproxy.cfg'), 'no such section\n');
  const { code, stderr } = await node.refreshBy(command);
  expect(code).toBe(5);
  expect(stderr).toMatch(/^watcher: the refresh command exited with 1 \(last line: \[ALERT\][^\n]+\n$/);
  expect(isThere(node.pid())).toBe(true);
});

interface Node {
  path(name: string): string;
  pid(): number;
  refreshBy(command: string): Promise<Ended>;
}

function startNode(...flags: readonly string[]): Node {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  const pid = () => Number(readFileSync(path('haproxy.pid'), 'utf8').trim());
  const socket = path('admin.sock');
  const lines = ['global', `stats socket ${socket} mode 600 level admin expose-fd listeners`, 'defaults', 'mode http'];
  const times = ['connect', 'client', 'server'].map((what) => `timeout ${what} 60s`);
  const front = ['frontend front', `bind unix@${path('front.sock')}`, 'http-request return status 200'];
  writeFileSync(path('haproxy.cfg'), `${[...lines, ...times, ...front].join('\n')}\n`);
  for (const name of ['sets.json', 'primer.json']) writeFileSync(path(name), JSON.stringify({ endpoint_sets: [] }));
  const words = ['-D', ...flags, '-f', path('haproxy.cfg'), '-p', path('haproxy.pid')];
  expect(spawnSync('haproxy', words, { stdio: 'ignore', env: { PATH: PROGRAM_PATH } }).status).toBe(0);
  onTestFinished(() => {
    if (existsSync(path('haproxy.pid')) && isThere(pid())) process.kill(pid(), 'SIGTERM');
  });
  const settings = {
    source: 'file',
    source_file: path('sets.json'),
    primer_json_file: path('primer.json'),
    allow_empty: true,
    lock: 'file',
    lock_file: path('cluster.lock'),
    run_lock_file: path('watcher.pid'),
    stat_file: path('stats.json'),
    state_file: path('state.json'),
    log_file: path('watcher.log'),
    handbrake_command: 'true',
    haproxy_refresh_delay: '0s',
  };
  return {
    path,
    pid,
    refreshBy(command) {
      writeFileSync(path('watcher.json'), JSON.stringify({ ...settings, haproxy_refresh_command: command }));
      const args = ['--config', path('watcher.json'), '--force_run', '--detailed_exitcode'];
      return runProgram(args, { cwd: folder, env: { PATH: PROGRAM_PATH } });
    },
  };
}

/** What the page shows, with the files of this node. */
function recipe(name: string, { path }: Node): string {
  return markedCode('docs/commands.md', name)
    .trim()
    .replaceAll('/etc/haproxy/haproxy.cfg', path('haproxy.cfg'))
    .replaceAll('/run/haproxy/admin.sock', path('admin.sock'))
    .replaceAll('/run/haproxy.pid', path('haproxy.pid'));
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
