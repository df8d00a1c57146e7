import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { waitingCommand } from '../faults/parking.ts';
import { type Balancers, startBalancers } from '../support/balancers.ts';
import { until } from '../support/until.ts';

/** A test waits for the end of it, or for a renewal. */
const SHORT_LEASE = { lock_lease: '6s' };

/** A refresh that would go on for long, and tells the process it runs in. */
const long = (path: string) => ['--haproxy_refresh_command', `echo $$ > ${path}; sleep 300`] as const;

async function startRefreshing({ nodes }: Balancers) {
  const node = nodes[0]!;
  const running = node.start(long(node.path('refresh.pid')));
  const pid = await until('the refresh runs', () => {
    try {
      return Number(node.read('refresh.pid'));
    } catch {
      return null;
    }
  });
  return { node, running, pid };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops a running refresh, reports and lets go of everything',
  async (signal) => {
    const balancers = await startBalancers(1);
    const { node, running, pid } = await startRefreshing(balancers);
    running.child.kill(signal);
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: signal === 'SIGTERM' ? 143 : 130 });
    expect(isRunning(pid)).toBe(false);
    expect(balancers.yt.inspect.transactions()).toEqual([]);
    expect(() => node.read('watcher.pid')).toThrow('ENOENT');
    expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0 });
  },
);

test('SIGTERM while waiting withdraws the request', async () => {
  const { yt, nodes } = await startBalancers(2);
  const refresh = waitingCommand(nodes[0]!, 'refresh');
  const first = nodes[0]!.start(['--haproxy_refresh_command', refresh.command]);
  await refresh.begun();
  const second = nodes[1]!.start();
  await until('both are known', () => yt.inspect.transactions().length === 2);
  second.child.kill('SIGTERM');
  expect(await second.ended).toMatchObject({ code: 143 });
  expect(yt.inspect.transactions()).toHaveLength(1);
  refresh.letGo();
  expect(await first.ended).toMatchObject({ code: 0 });
});

test('kill -9 in the middle of a refresh: the command is gone before another node refreshes, and the next run goes on', async () => {
  const balancers = await startBalancers(2, SHORT_LEASE);
  const { node, running, pid } = await startRefreshing(balancers);
  const other = balancers.nodes[1]!.start();
  running.child.kill('SIGKILL');
  await running.ended;
  await until('the other node refreshes', () => balancers.refreshes().length > 0);
  expect(isRunning(pid)).toBe(false);
  expect(await other.ended).toMatchObject({ code: 0 });

  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10 });
  expect(node.read('watcher.log')).toContain('was killed while it refreshed');
  expect(node.statistics()).toMatchObject({ TotalLockedRuns: 1, HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 1 });
  expect(JSON.parse(node.read('state.json'))).toMatchObject({ intent: null });
});

test('a refresh that outlives its killed watcher makes the next run on the node skip', async () => {
  const balancers = await startBalancers(1, { kill_grace: '5s', lock_lease: '20s' });
  const node = balancers.nodes[0]!;
  const stubborn = `trap '' TERM; echo $$ > ${node.path('refresh.pid')}; while :; do sleep 1; done`;
  const running = node.start(['--haproxy_refresh_command', stubborn]);
  const pid = await until('the refresh runs', () => {
    try {
      return Number(node.read('refresh.pid'));
    } catch {
      return null;
    }
  });
  running.child.kill('SIGKILL');
  await running.ended;
  expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 15, stderr: '' });
  expect(isRunning(pid)).toBe(true);
  await until('the switch killed it', () => !isRunning(pid));
});

test('the lock is taken away during the refresh: the command is stopped, exit 6', async () => {
  const balancers = await startBalancers(1, SHORT_LEASE);
  const { running, pid } = await startRefreshing(balancers);
  balancers.yt.faults.add('ping_transaction', { kind: 'error', code: 11000, message: 'No such transaction' });
  const ended = await running.ended;
  expect(ended.code).toBe(6);
  expect(ended.stderr).toMatch(/^watcher: [^\n]*11000[^\n]*\n$/);
  expect(isRunning(pid)).toBe(false);
});

test('with on_lock_lost=finish the command ends by itself, and the run still says that the lock was lost', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1, {
    on_lock_lost: 'finish',
    haproxy_refresh_timeout: '6s',
    lock_lease: '8s',
  });
  const gate = yt.faults.hold('abort_transaction', { times: 1 });
  const log = nodes[0]!.path('finish.log');
  const running = nodes[0]!.start(['--haproxy_refresh_command', `sleep 4; echo finished > ${log}`]);
  await until('it holds the lock', () => yt.inspect.requests.some(({ command }) => command === 'ping_transaction'));
  yt.faults.add('ping_transaction', { kind: 'error', code: 11000, message: 'No such transaction' });
  gate.release();
  expect(await running.ended).toMatchObject({ code: 6 });
  expect(readFileSync(log, 'utf8')).toBe('finished\n');
  expect(refreshes()).toEqual([]);
});

test('a lock service that falls silent: the refresh is gone before the lease can pass to another', async () => {
  // The grace is what a busy host may need, with a tenth of the lease, to stop what needs no grace.
  const balancers = await startBalancers(2, { lock_lease: '12s', kill_grace: '4s' });
  const { yt } = balancers;
  const { running, pid } = await startRefreshing(balancers);
  const [holder] = yt.inspect.transactions();
  const silence = yt.faults.hold('ping_transaction');
  await until('the transaction has run out', () => {
    const left = yt.inspect.transactions().find(({ id }) => id === holder!.id);
    if (left !== undefined && isRunning(pid)) return null;
    expect(isRunning(pid)).toBe(false);
    return true;
  });
  silence.release();
  expect(await running.ended).toMatchObject({ code: 6 });
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
