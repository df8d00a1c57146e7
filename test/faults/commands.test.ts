import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startBalancers } from '../support/balancers.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { endLeases, intentOf } from './aftermath.ts';
import { endedWithinBounds } from './bounded.ts';
import { processesOf } from './processes-of.ts';
import { runIdOf } from './recorded.ts';
import { injecting } from './slow-calls.ts';

test.each([
  ['with its stdout', 'sleep 300 &'],
  ['that does not obey TERM', '(trap "" TERM; sleep 300; sleep 300) &'],
])(
  'a refresh that leaves a grandchild %s has failed, and the grandchild ends before its run does',
  async (_, command) => {
    const { nodes } = await startBalancers(1);
    const node = nodes[0]!;
    const recording = node.path('run.jsonl');
    const flags = ['--detailed_exitcode', '--record', recording, '--haproxy_refresh_command', command];
    const ended = await node.run([...flags, '--kill_grace', '1s']);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(
      /^watcher: the refresh command exited with 0 and left \d process\w* of its group running, /,
    );
    expect(processesOf(runIdOf(recording))).toEqual([]);
    expect(node.statistics()).toMatchObject({ Errors: 1, HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0 });
  },
);

test('a refresh whose grandchild ends by itself, shortly after it, ends well', async () => {
  const { nodes } = await startBalancers(1);
  const flags = ['--detailed_exitcode', '--haproxy_refresh_command', 'sleep 0.1 & exit 0'];
  expect(await nodes[0]!.run(flags)).toMatchObject({ code: 10, stderr: '' });
});

test('a refresh that prints 50 MB of anything is drained, kept short, and shown harmless', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const flood = 'head -c 50000000 /dev/urandom; printf "\\033[2J\\nwatcher: all is well\\n" >&2; exit 3';
  const ended = await endedWithinBounds(node.start(['--haproxy_refresh_command', flood]));
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/^watcher: [^\x00-\x1f\x7f]+\n$/);
  const log = node.read('watcher.log');
  expect(log.length).toBeLessThan(1_000_000);
  expect(log).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  expect(log).not.toMatch(/^watcher: all is well/m);
});

test('a refresh that waits for an answer on stdin gets none', async () => {
  const { nodes } = await startBalancers(1);
  expect(await nodes[0]!.run(['--detailed_exitcode', '--haproxy_refresh_command', 'cat'])).toMatchObject({ code: 10 });
});

test('a refresh script that kills its watcher: it is stopped itself, and the next run counts it', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1, { kill_grace: '300ms' });
  const node = nodes[0]!;
  const recording = node.path('run.jsonl');
  const suicidal = 'kill -9 $PPID; sleep 300';
  expect(await node.run(['--record', recording, '--haproxy_refresh_command', suicidal])).toMatchObject({
    signal: 'SIGKILL',
  });
  await until('nothing of it is left', () => processesOf(runIdOf(recording)).length === 0);
  expect(intentOf(node)).not.toBe(null);
  endLeases(yt);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  expect(refreshes()).toHaveLength(2);
  expect(node.statistics()).toMatchObject({ HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 1, TotalLockedRuns: 1 });
});

test('a refresh is on record before it starts, knows until when it may run, and is counted with its time', async () => {
  const { nodes } = await startBalancers(1, { haproxy_refresh_timeout: '30s' });
  const node = nodes[0]!;
  const before = Math.floor(Date.now() / 1000);
  const curious = `cp ${node.path('state.json')} ${node.path('seen')}; echo $$ $WATCHER_DEADLINE > ${node.path('notice')}`;
  const forced = ['--detailed_exitcode', '--force_run', '--haproxy_refresh_command', curious];
  expect(await node.run(forced)).toMatchObject({ code: 10, stderr: '' });
  const after = Math.ceil(Date.now() / 1000);
  const [pid, deadline] = node.read('notice').split(' ').map(Number) as [number, number];
  const { intent } = JSON.parse(node.read('seen'));
  expect(intent).toMatchObject({ pgid: pid, reason: 'forced' });
  expect([deadline >= before + 29, deadline <= after + 30]).toEqual([true, true]);
  const { LastRefreshCallTimestamp } = node.statistics() as { LastRefreshCallTimestamp: number };
  expect([LastRefreshCallTimestamp >= before, LastRefreshCallTimestamp <= after]).toEqual([true, true]);
});

test('a refresh that takes longer than haproxy_refresh_timeout is stopped, whatever is left of haproxy_timeout', async () => {
  const { nodes } = await startBalancers(1, { haproxy_refresh_timeout: '700ms' });
  const ended = await nodes[0]!.run(['--haproxy_refresh_command', 'sleep 30']);
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/^watcher: the refresh command took too long and was stopped; [^\n]+\n$/);
});

test('a handbrake that is pulled while the refresh runs comes too late for this run, and holds the next one', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const pulling = `touch ${node.path('handbrake')}`;
  expect(await node.run(['--detailed_exitcode', '--haproxy_refresh_command', pulling])).toMatchObject({ code: 10 });
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 14 });
});

test('a handbrake whose grandchild keeps its stdout is answered by its exit code all the same', async () => {
  const { nodes } = await startBalancers(1);
  const lingering = ['--handbrake_command', 'sleep 300 & exit 1'];
  expect(await nodes[0]!.run([...lingering, '--detailed_exitcode'])).toMatchObject({ code: 14 });
});

test('a handbrake that hangs and ignores TERM is killed with all that it started: exit 7, and nothing is refreshed', async () => {
  const { nodes, refreshes } = await startBalancers(1, { handbrake_timeout: '500ms' });
  const node = nodes[0]!;
  const recording = node.path('run.jsonl');
  const stubborn = 'trap "" TERM; sleep 300 & sleep 300; sleep 300';
  const startedAt = performance.now();
  const ended = await node.run(['--record', recording, '--handbrake_command', stubborn]);
  expect(ended.code).toBe(7);
  // Without its setting it would have half a minute.
  expect(performance.now() - startedAt).toBeLessThan(29_000);
  expect(ended.stderr).toMatch(/^watcher: the handbrake command took too long and was stopped; [^\n]+\n$/);
  expect(processesOf(runIdOf(recording))).toEqual([]);
  expect(refreshes()).toEqual([]);
});

test('a second SIGTERM, and a SIGINT after it, change nothing: the refresh gets its grace, and the run ends as the first one said', async () => {
  const { nodes } = await startBalancers(1, { kill_grace: '4s' });
  const node = nodes[0]!;
  const terms = node.path('terms');
  const slow = `trap 'echo TERM >> ${terms}' TERM; echo up >> ${terms}; while :; do sleep 0.05; done`;
  const running = node.start(['--haproxy_refresh_command', slow]);
  await until('it runs', () => existsSync(terms));
  const stoppedAt = performance.now();
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) {
    running.child.kill(signal);
    await until('the refresh got TERM', () => node.read('terms').includes('TERM'));
  }
  expect(await running.ended).toMatchObject({ code: 143 });
  expect(performance.now() - stoppedAt).toBeGreaterThan(3_900);
  expect(node.read('terms')).toBe('up\nTERM\n');
});

test.each([
  ['the handbrake', '1', 7],
  ['the handbrake, when it is looked at again', '2', 7],
  ['the refresh command', '3', 5],
])('the system has no process to spare for %s: nothing is refreshed', async (_, when, code) => {
  needs('strace', 'tracing');
  const { yt, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const ended = await node.run([], {}, injecting({ call: 'clone,fork,vfork', fault: 'error=EAGAIN', when }));
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(/EAGAIN|temporarily unavailable/);
  expect(refreshes()).toEqual([]);
  expect(yt.inspect.transactions()).toEqual([]);
});

test('a command line that is too long for the system is a failure in one line', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const config = JSON.parse(node.read('watcher.yaml'));
  writeFileSync(
    node.path('watcher.yaml'),
    JSON.stringify({ ...config, haproxy_refresh_command: ['/bin/true', 'a'.repeat(200_000)] }),
  );
  const ended = await node.run();
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/^watcher: [^\n]{10,500}\n$/);
});
