/**
 * Goal: a wall clock that is wrong, or is set in the middle of a run, changes neither who may run nor how long anything
 * takes, and lets no figure go backwards; a clock that goes at a slightly wrong rate costs no exclusion.
 * Method: the built program under libfaketime, beside programs that see the host's own clock. How far a slow clock may
 * stretch a lease is a matter of milliseconds: test/simulation/slow-clock.test.ts.
 */
import { beforeEach, expect, test } from 'vitest';
import { startBalancers } from '../support/balancers.ts';
import { needs } from '../support/needs.ts';
import { expectOneAtATime } from './aftermath.ts';
import { linesOf, reaches } from './recorded.ts';
import { everyClock, wallClock } from './shown-clock.ts';

const DAY_MS = 86_400_000;

beforeEach(() => needs('faketime'));

test.each([
  ['an hour behind', '-1h'],
  ['an hour ahead', '+1h'],
  ['a year ahead', '+365d'],
])('a run whose clock is %s finds a living run all the same, and a dead one’s lock free', async (_, time) => {
  const { yp, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yp.faults.hold('*');
  const running = node.start();
  await gate.arrived;
  const { environment } = wallClock(time);
  expect(await node.run(['--detailed_exitcode'], environment)).toMatchObject({ code: 13, stderr: '' });
  running.child.kill('SIGKILL');
  await running.ended;
  gate.release();
  expect(await node.run(['--detailed_exitcode'], environment)).toMatchObject({ code: 10, stderr: '' });
  expect(refreshes()).toHaveLength(2);
});

test('a run that has been there for a year by its own record is not taken for dead', async () => {
  const { yp, nodes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yp.faults.hold('*');
  const running = node.start(['--detailed_exitcode'], wallClock('-365d').environment);
  await gate.arrived;
  const { started_at } = JSON.parse(node.read('watcher.pid').split('\n')[1]!);
  expect(Date.now() - Date.parse(started_at)).toBeGreaterThan(300 * DAY_MS);
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 13, stderr: '' });
  gate.release();
  expect(await running.ended).toMatchObject({ code: 10 });
});

test.each([
  ['back', '-1h'],
  ['ahead', '+1h'],
])('the clock is set %s by an hour in the middle of a run: it takes as long as it would have', async (_, time) => {
  const { nodes } = await startBalancers(1, { lock_lease: '20s' });
  const node = nodes[0]!;
  const recording = node.path('run.jsonl');
  const clock = wallClock('+0');
  const startedAt = performance.now();
  const args = ['--detailed_exitcode', '--record', recording, '--haproxy_refresh_delay', '3s'];
  const running = node.start(args, clock.environment);
  await reaches(recording, 'delaying');
  clock.set(time);
  expect(await running.ended).toMatchObject({ code: 10, stderr: '' });
  const tookMs = performance.now() - startedAt;
  const lastLine = node.read('watcher.log').trimEnd().split('\n').at(-1)!;
  expect(Math.abs(Date.now() - Date.parse(lastLine.slice(0, 24)))).toBeGreaterThan(3_000_000);
  expect(tookMs).toBeGreaterThan(3_000);
  expect(linesOf(recording).at(-1)!['at']).toBeLessThan(tookMs);
});

test('a clock that was set back lets no counter go backwards, and leaves no time that is still to come', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  expect(await node.run(['--detailed_exitcode'], wallClock('+73y').environment)).toMatchObject({ code: 10 });
  const before = node.statistics();
  expect(before['LastSuccessFinishTimestamp']).toBeGreaterThan(Date.now() / 1000 + 1e9);
  const shown = await node.run(['-get_stats']);
  expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('lie in the future') });
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  const after = node.statistics();
  for (const [name, value] of Object.entries(after)) {
    if (name.endsWith('Timestamp')) expect(value, name).toBeLessThanOrEqual(Date.now() / 1000);
    else if (name !== 'LastSuccessRunDurationSec') expect(value, name).toBeGreaterThanOrEqual(before[name]!);
  }
  expect(after).toMatchObject({ TotalLockedRuns: 2, HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 2 });
  expect(node.read('watcher.log').match(/times of the statistics lie in the future/g)).toHaveLength(1);
});

test('nodes whose clocks go at different rates are still served one after the other', async () => {
  const { nodes, refreshes } = await startBalancers(3, { lock_lease: '20s' });
  const rates = ['+0 x0.95', '+0 x1.05', '+1h x1'];
  const ended = await Promise.all(
    nodes.map((node, index) => node.run(['--detailed_exitcode'], everyClock(rates[index]!).environment)),
  );
  expect(ended.map(({ code }) => code)).toEqual([10, 10, 10]);
  expectOneAtATime(refreshes());
});
