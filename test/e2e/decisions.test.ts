import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pod, primer, startBalancers } from '../support/balancers.ts';
import { until } from '../support/until.ts';

interface Row {
  readonly flags: readonly string[];
  readonly changed: boolean;
  readonly code: number;
  readonly refreshed: string | null;
}

const rows: readonly Row[] = [
  { flags: [], changed: true, code: 10, refreshed: 'changed' },
  { flags: [], changed: false, code: 11, refreshed: null },
  { flags: ['--dry_run'], changed: true, code: 12, refreshed: null },
  { flags: ['--dry_run'], changed: false, code: 11, refreshed: null },
  { flags: ['--force_run'], changed: true, code: 10, refreshed: 'forced' },
  { flags: ['--force_run'], changed: false, code: 10, refreshed: 'forced' },
  { flags: ['--force_run', '--dry_run'], changed: true, code: 10, refreshed: 'forced' },
  { flags: ['-dry_run', '-force-run'], changed: false, code: 10, refreshed: 'forced' },
];

test.each(rows)('$flags with changed=$changed ends with $code', async ({ flags, changed, code, refreshed }) => {
  const { yt, yp, nodes, refreshes } = await startBalancers(1);
  if (!changed) yp.set('sas', 'front', [pod(1)]);
  const ended = await nodes[0]!.run([...flags, '--detailed_exitcode']);
  expect(ended).toMatchObject({ code, stdout: '', stderr: '' });
  expect(refreshes().map(({ what, reason }) => `${what} ${reason}`)).toEqual(
    refreshed === null ? [] : [`start ${refreshed}`, `end ${refreshed}`],
  );
  const lockRequests = yt.inspect.requests.filter(({ command }) => command === 'start_transaction');
  expect(lockRequests).toHaveLength(refreshed === null ? 0 : 1);
  expect(yt.inspect.transactions()).toEqual([]);
  expect(nodes[0]!.statistics()).toMatchObject({
    TotalLockedRuns: 1,
    Errors: 0,
    HaproxyRefreshTry: refreshed === null ? 0 : 1,
    HaproxyRefreshSuccess: refreshed === null ? 0 : 1,
  });
});

test('a forced run refreshes during a discovery outage, and says so', async () => {
  const { yp, nodes, refreshes } = await startBalancers(1);
  yp.faults.add('*', { kind: 'status', status: 403 });
  expect(await nodes[0]!.run(['--force_run'])).toMatchObject({ code: 0, stderr: '' });
  expect(refreshes()).toHaveLength(2);
  expect(nodes[0]!.read('watcher.log')).toMatch(/WARN .*sas\/front.*denied/);
});

test('without a forced run an outage of discovery is exit 4, one line, and no refresh', async () => {
  const { yp, nodes, refreshes } = await startBalancers(1);
  yp.faults.add('*', { kind: 'status', status: 403 });
  const ended = await nodes[0]!.run();
  expect(ended.code).toBe(4);
  expect(ended.stderr).toMatch(/^watcher: [^\n]*sas\/front denied[^\n]*\n$/);
  expect(refreshes()).toEqual([]);
});

test('a removed pod refreshes nothing, unless refresh_on says so', async () => {
  const { yp, nodes } = await startBalancers(1);
  yp.set('sas', 'front', [{ ...pod(9), id: 'front-1', fqdn: pod(1).fqdn }]);
  expect(await nodes[0]!.run(['--detailed_exitcode'])).toMatchObject({ code: 11 });
  yp.set('sas', 'front', []);
  expect(await nodes[0]!.run(['--detailed_exitcode'])).toMatchObject({ code: 11 });
  expect(await nodes[0]!.run(['--detailed_exitcode', '--refresh_on=removed'])).toMatchObject({ code: 10 });
  expect(await nodes[0]!.run(['--max_shrink_percent=50'])).toMatchObject({ code: 4 });
});

test('an older generation than one accepted by an earlier run is not trusted', async () => {
  const { yp, nodes, refreshes } = await startBalancers(1);
  yp.set('sas', 'front', [pod(1)], { timestamp: '200' });
  expect(await nodes[0]!.run(['--detailed_exitcode'])).toMatchObject({ code: 11 });
  yp.set('sas', 'front', [pod(1), pod(2)], { timestamp: '100' });
  const ended = await nodes[0]!.run();
  expect(ended).toMatchObject({ code: 4 });
  expect(ended.stderr).toContain('generation 100 is older than 200');
  expect(refreshes()).toEqual([]);
});

test.each(['fails', 'is killed'])('a refresh that %s after it has replaced the primer is tried again', async (how) => {
  const { nodes, refreshes, yt } = await startBalancers(1);
  const { transactions } = yt.cluster;
  const node = nodes[0]!;
  writeFileSync(node.path('new.json'), primer([pod(1), pod(2)]));
  const replace = `cp ${node.path('new.json')} ${node.path('primer.json')}`;
  const end = how === 'fails' ? 'exit 1' : `touch ${node.path('replaced')}; sleep 600`;
  const vain = node.start(['--haproxy_refresh_command', `${replace}; ${end}`]);
  if (how === 'is killed') {
    await until('the primer is replaced', () => existsSync(node.path('replaced')));
    vain.child.kill('SIGKILL');
  }
  expect(await vain.ended).toMatchObject(how === 'fails' ? { code: 5 } : { signal: 'SIGKILL' });
  // Its lease would end in a minute.
  for (const left of transactions.all()) transactions.end(left, 'aborted');
  const again = () => node.run(['--detailed_exitcode']);
  if (how === 'is killed') await until('its refresh is gone', async () => (await again()).code !== 15);
  else expect(await again()).toMatchObject({ code: 10 });
  expect(refreshes().map(({ what, reason }) => `${what} ${reason}`)).toEqual(['start changed', 'end changed']);
  expect(node.read('watcher.log')).toMatch(/ 1 pod added .*\n.*/);
  expect(node.read('watcher.log')).toContain('was not seen to be effective');
  expect(await again()).toMatchObject({ code: 11 });
});
