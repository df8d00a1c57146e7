import { describe, expect, vi } from 'vitest';
import { LOCK_PATH, startBalancers } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { expectOneAtATime } from './aftermath.ts';

vi.setConfig({ maxConcurrency: 3 });

testBesideOthers('no lock service: no run goes without the lock, exit 3 when the time is over', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1, { haproxy_timeout: '1500ms' });
  await yt.close();
  const ended = await nodes[0]!.run(['--force_run']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/^watcher: [^\n]+\n$/);
  expect(refreshes()).toEqual([]);
});

for (const command of ['start_transaction', 'lock', 'ping_transaction', 'abort_transaction']) {
  testBesideOthers(
    `the reply to ${command} is lost after it was applied: one lock, one refresh, nothing left`,
    async () => {
      const { yt, nodes, refreshes } = await startBalancers(1);
      yt.faults.add(command, { kind: 'dropReply' }, { times: 1 });
      expect(await nodes[0]!.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
      expect(refreshes()).toHaveLength(2);
      expect(yt.inspect.transactions()).toEqual([]);
    },
  );
}

testBesideOthers('renewals that fail a few times in a row are not a loss', async () => {
  const { yt, nodes } = await startBalancers(1, { haproxy_refresh_delay: '5s', lock_lease: '12s' });
  yt.faults.add('ping_transaction', { kind: 'status', status: 503 }, { times: 3 });
  expect(await nodes[0]!.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
});

describe('the lock is lost while the cluster settles', () => {
  const losses = [
    ['an operator ends the transaction', 'end'],
    ['the token is banned', 'ban'],
    ['the store forgets everything', 'forget'],
  ] as const;
  for (const [title, how] of losses) {
    testBesideOthers(`${title}: nothing is refreshed, exit 6, and the next run starts anew`, async () => {
      const { yt, nodes, refreshes } = await startBalancers(1, { lock_lease: '6s' });
      const node = nodes[0]!;
      const running = node.start(['--haproxy_refresh_delay', '2m']);
      await until('the lock is held', () => /the cluster lock is ours/.test(logOf(() => node.read('watcher.log'))));
      if (how === 'ban') yt.faults.add('*', { kind: 'status', status: 401 });
      else if (how === 'forget')
        yt.faults.add('ping_transaction', { kind: 'error', code: 11000, message: 'No such transaction' });
      else for (const each of yt.cluster.transactions.all()) yt.cluster.transactions.end(each, 'aborted');
      const ended = await running.ended;
      expect(ended.code).toBe(6);
      expect(ended.stderr).toMatch(/^watcher: [^\n]+\n$/);
      expect(refreshes()).toEqual([]);
      expect(node.statistics()).toMatchObject({ Errors: 1, HaproxyRefreshTry: 0 });

      yt.faults.clear();
      await until('the lock is free', () => yt.inspect.locks(LOCK_PATH).length === 0);
      expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
    });
  }
});

testBesideOthers(
  'the lock cannot be given back: the outcome stays, the log says so, and others wait for the end of the lease',
  async () => {
    const { yt, nodes, refreshes } = await startBalancers(2, { lock_lease: '6s' });
    const [node, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    const clear = yt.faults.add('abort_transaction', { kind: 'status', status: 503 });
    expect(await node!.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
    expect(node!.read('watcher.log')).toMatch(/ WARN [^\n]*(lock|YT)/);
    clear();
    expect(yt.inspect.transactions()).toHaveLength(1);
    expect(await other!.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
    expectOneAtATime(refreshes());
  },
);

function logOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
