import { expect, test } from 'vitest';
import { startBalancers } from '../support/balancers.ts';

test('a refresh that exits with 0 and helps nothing is given up after max_ineffective times, until a person forces one', async () => {
  const { nodes } = await startBalancers(1, { max_ineffective: 2 });
  const node = nodes[0]!;
  const useless = ['--detailed_exitcode', '--haproxy_refresh_command', 'true'];
  const codes = [];
  for (let run = 0; run < 4; run += 1) codes.push((await node.run(useless)).code);
  expect(codes).toEqual([10, 10, 5, 5]);
  expect(await node.run([...useless, '--force_run'])).toMatchObject({ code: 10, stderr: '' });
  expect(node.statistics()).toMatchObject({ HaproxyRefreshTry: 3, HaproxyRefreshSuccess: 3, Errors: 2 });
});

test('a node that was refreshed a moment ago is left alone for min_refresh_interval, forced runs excepted', async () => {
  const { nodes, refreshes } = await startBalancers(1, { min_refresh_interval: '1h' });
  const node = nodes[0]!;
  const codes = [];
  for (const args of [[], [], ['--force_run']]) codes.push((await node.run(['--detailed_exitcode', ...args])).code);
  expect(codes).toEqual([10, 16, 10]);
  expect(refreshes()).toHaveLength(4);
});

test('a refresh that fails is tried again by every run, and counted each time', async () => {
  const { nodes } = await startBalancers(1);
  const node = nodes[0]!;
  for (let run = 0; run < 3; run += 1) {
    const ended = await node.run(['--haproxy_refresh_command', 'exit 3']);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/^watcher: the refresh command exited with 3; it printed nothing; [^\n]+\n$/);
  }
  expect(node.statistics()).toMatchObject({ HaproxyRefreshTry: 3, HaproxyRefreshSuccess: 0, Errors: 3 });
});
