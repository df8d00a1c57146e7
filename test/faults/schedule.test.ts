import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { type Balancer, startBalancers } from '../support/balancers.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { endLeases } from './aftermath.ts';

const NOBODY = 65_534;
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;

test('cron fires twice in a minute: 6 starters, one works, and only that one counts', async () => {
  const { yp, yt, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yp.faults.hold('*');
  const running = Array.from({ length: 6 }, () => node.start(['--detailed_exitcode']));
  await gate.arrived;
  await until('five have ended', () => running.filter(({ child }) => child.exitCode === 13).length === 5);
  gate.release();
  const codes = (await Promise.all(running.map(({ ended }) => ended))).map(({ code }) => code);
  expect(codes.sort()).toEqual([10, 13, 13, 13, 13, 13]);
  expect(refreshes()).toHaveLength(2);
  expect(yt.inspect.requests.filter(({ command }) => command === 'start_transaction')).toHaveLength(1);
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1 });
});

test('the node lost power in mid-run: the pid file of another boot, whose pid a stranger has now, stops nobody', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const record = {
    run_id: '0123456789abcdef',
    title: 'watcher on balancer',
    reason: null,
    pid: process.pid,
    starttime: 1,
    boot_id: '00000000-0000-0000-0000-000000000000',
    host: hostname(),
    started_at: '2020-01-01T00:00:00.000Z',
  };
  writeFileSync(node.path('watcher.pid'), `${process.pid}\n${JSON.stringify(record)}\n`);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  expect(node.read('watcher.log')).toMatch(/watcher\.pid: removed what a dead owner left/);
});

test('a tidy soul removes the pid file in mid-run: others are still kept out, and the end is a warning', async () => {
  const { yp, nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yp.faults.hold('*');
  const running = node.start(['--detailed_exitcode']);
  await gate.arrived;
  rmSync(node.path('watcher.pid'));
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 13 });
  gate.release();
  expect(await running.ended).toMatchObject({ code: 10, stderr: '' });
  expect(node.read('watcher.log')).toMatch(/WARN [^\n]*watcher\.pid: it was removed/);
});

test('root is not needed: a user of its own does all of it', async () => {
  needs('root');
  const { nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  giveAway(node);
  expect(await node.run(['--detailed_exitcode'], {}, asNobody)).toMatchObject({ code: 10, stderr: '' });
  expect(refreshes()).toHaveLength(2);
});

test('what may not be read is named: primer exit 1, configuration exit 2, token exit 1', async () => {
  needs('root');
  const { nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  for (const [name, code] of [
    ['primer.json', 1],
    ['token', 1],
    ['watcher.yaml', 2],
  ] as const) {
    giveAway(node);
    chownSync(node.path(name), 0, 0);
    chmodSync(node.path(name), 0o600);
    const ended = await node.run([], {}, asNobody);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(new RegExp(`^watcher: [^\\n]*${name}[^\\n]*permission denied[^\\n]*\\n$`));
  }
  expect(refreshes()).toEqual([]);
});

test('a pid file of somebody else in a sticky folder is a failure that names the owner, not a skip for ever', async () => {
  needs('root');
  const { nodes } = await startBalancers(1, { run_lock_file: 'sticky/watcher.pid' });
  const node = nodes[0]!;
  expect(spawnSync('mkdir', [node.path('sticky')]).status).toBe(0);
  giveAway(node);
  chmodSync(node.path('sticky'), 0o1777);
  chownSync(node.path('sticky'), 0, 0);
  writeFileSync(node.path('sticky/watcher.pid'), '');
  const ended = await node.run([], {}, asNobody);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^watcher: the run lock cannot be used: [^\n]*owned by uid 0[^\n]*\n$/);
});

test('ten runs that are killed anywhere leave nothing that piles up', async () => {
  const { yt, nodes } = await startBalancers(1, {
    record_dir: 'recordings',
    record_keep: 3,
  });
  const node = nodes[0]!;
  for (let killed = 0; killed < 10; killed += 1) {
    const { child, ended } = node.start(['--force_run']);
    await until('it is somewhere', () => existsSync(node.path('watcher.log')));
    setTimeout(() => child.kill('SIGKILL'), 150 + killed * 40);
    await ended;
  }
  endLeases(yt);
  expect(await node.run(['--force_run', '--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  expect(readdirSync(node.path('recordings')).length).toBeLessThanOrEqual(3);
  expect(existsSync(node.path('watcher.pid'))).toBe(false);
  const { HaproxyRefreshTry, HaproxyRefreshSuccess, TotalLockedRuns, Errors } = node.statistics() as Record<
    string,
    number
  >;
  expect(Errors).toBe(0);
  expect(HaproxyRefreshTry).toBeGreaterThanOrEqual(HaproxyRefreshSuccess!);
  expect(TotalLockedRuns).toBeGreaterThanOrEqual(HaproxyRefreshSuccess!);
});

/** Gives the node's folder, and what is in it, to the user that will run there. */
function giveAway(node: Balancer): void {
  const folder = dirname(node.path('x'));
  expect(spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]).status).toBe(0);
  chmodSync(dirname(folder), 0o755);
  spawnSync('chmod', ['666', `${dirname(folder)}/refreshes.log`]);
}
