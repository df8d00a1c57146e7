import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { waitingCommand } from '../faults/parking.ts';
import { LOCK_PATH, type Refresh, startBalancers } from '../support/balancers.ts';
import { until } from '../support/until.ts';

test('eight nodes start at once: each refreshes, and never two at a time', async () => {
  const { yt, nodes, refreshes } = await startBalancers(8);
  const ended = await Promise.all(nodes.map((node) => node.run()));
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(nodes.map(() => ({ code: 0, stderr: '' })));
  expect(new Set(refreshes().map(({ node }) => node)).size).toBe(8);
  expectOneAtATime(refreshes());
  expect(yt.inspect.transactions()).toEqual([]);
});

test('nodes are served in the order in which they asked', async () => {
  const { yt, nodes, refreshes } = await startBalancers(4);
  const [holder, ...waiting] = nodes;
  const refresh = waitingCommand(holder!, 'refresh');
  const running = [holder!.start(['--haproxy_refresh_command', refresh.command])];
  await refresh.begun();
  for (const [index, node] of waiting.entries()) {
    running.push(node.start());
    await until('it is in line', () => yt.inspect.locks(LOCK_PATH).length === index + 2);
  }
  refresh.letGo();
  await Promise.all(running.map(({ ended }) => ended));
  expect(refreshes().map(({ node }) => node)).toEqual(waiting.flatMap(({ name }) => [name, name]));
});

test('on one host the file lock serves three nodes one after the other', async () => {
  const { nodes, refreshes } = await startBalancers(3, { lock: 'file', lock_file: '../cluster.lock' });
  const ended = await Promise.all(nodes.map((node) => node.run(['--detailed_exitcode'])));
  expect(ended.map(({ code }) => code)).toEqual([10, 10, 10]);
  expectOneAtATime(refreshes());
});

test('the log says who has the lock while one waits for it', async () => {
  const { nodes } = await startBalancers(2);
  const [first, second] = nodes;
  const refresh = waitingCommand(first!, 'refresh');
  const running = first!.start(['--haproxy_refresh_command', refresh.command]);
  await refresh.begun();
  const waiting = second!.start();
  const line = new RegExp(`is held by .*pid=${running.child.pid} `);
  await until('it says so', () => existsSync(second!.path('watcher.log')) && line.test(second!.read('watcher.log')));
  refresh.letGo();
  await Promise.all([running.ended, waiting.ended]);
});

function expectOneAtATime(refreshes: readonly Refresh[]): void {
  for (let index = 0; index < refreshes.length; index += 2) {
    const pair = refreshes.slice(index, index + 2);
    expect(pair.map(({ what }) => what)).toEqual(['start', 'end']);
    expect(pair[0]!.node).toBe(pair[1]!.node);
  }
}
