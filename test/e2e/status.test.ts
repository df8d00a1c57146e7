import { expect, test } from 'vitest';
import { waitingCommand } from '../faults/parking.ts';
import { startBalancers } from '../support/balancers.ts';

test('watcher status says that a run is in progress, that it refreshes, and that it is over', async () => {
  const { nodes } = await startBalancers(1, {});
  const [node] = nodes;
  expect(await node!.run(['status'])).toEqual({
    code: 0,
    signal: null,
    stdout: expect.stringMatching(/^now {8}idle: no run is in progress\nlast run/),
    stderr: '',
  });

  const refresh = waitingCommand(node!, 'refresh');
  const running = node!.start(['--haproxy_refresh_command', refresh.command]);
  await refresh.begun();
  const busy = await node!.run(['status', '--json']);
  expect(busy).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(busy.stdout)).toMatchObject({ busy: true, run: { pid: running.child.pid } });

  refresh.letGo();
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
  expect(await node!.run(['status'])).toMatchObject({ code: 0, stderr: '' });
});

test('watcher status says so where it cannot determine', async () => {
  const { nodes } = await startBalancers(1, {});
  const ended = await nodes[0]!.run(['status', '--run_lock_file', '/dev/null']);
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(ended.stderr).toMatch(/^watcher: cannot determine whether a run is in progress: .*\n$/);
});
