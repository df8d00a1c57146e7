/** Whole runs whose discovery is a command: what it prints decides, and no run leaves one behind. */
import { chmodSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { untilEmpty } from '../command/child-bench.ts';
import { type Balancer, type Balancers, pod, primer, startBalancers, type Written } from '../support/balancers.ts';
import { until } from '../support/until.ts';

const FOR_EVER = `trap '' TERM; echo $$ > asking; while :; do sleep 300; done`;

async function start(program: string, written: Written = {}): Promise<{ node: Balancer; balancers: Balancers }> {
  const balancers = await startBalancers(1, { source: 'command', ...written });
  const node = balancers.nodes[0]!;
  writeFileSync(node.path('ask'), `#!/bin/sh\ncd "$(dirname "$0")"\n${program}\n`, { mode: 0o755 });
  return { node, balancers };
}

const by = (node: Balancer) => `--source_command=${node.path('ask')}`;

test('what the command prints is compared, with a whole run after it', async () => {
  const { node, balancers } = await start('cat > asked; cat answer');
  writeFileSync(node.path('answer'), primer([pod(1), pod(2)]));
  expect(await node.run([by(node), '--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  expect(JSON.parse(node.read('asked'))).toEqual({
    endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front' }],
  });
  expect(balancers.refreshes().map(({ what }) => what)).toEqual(['start', 'end']);
});

test('a command that fails is an outage of discovery, and says so last', async () => {
  const { node, balancers } = await start('echo "no tenant" >&2; exit 7');
  const ended = await node.run([by(node)]);
  expect(ended).toMatchObject({ code: 4 });
  expect(ended.stderr).toContain('sas/front unavailable (the source command exited with 7 (last line: no tenant))');
  expect(balancers.refreshes()).toEqual([]);
});

test('SIGTERM while it is asked: the run ends when the whole group is gone, and not before', async () => {
  const { node } = await start(FOR_EVER);
  const running = node.start([by(node)]);
  const group = await groupOf(node);
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 143 });
  await untilEmpty(group);
  expect(() => node.read('watcher.pid')).toThrow('ENOENT');
});

test('kill -9 while it is asked: the dead man’s switch stops it', async () => {
  const { node } = await start(FOR_EVER);
  const running = node.start([by(node)]);
  const group = await groupOf(node);
  running.child.kill('SIGKILL');
  await running.ended;
  await untilEmpty(group);
});

test('its time is source_timeout', async () => {
  const { node } = await start(FOR_EVER, { source_timeout: '300ms' });
  expect(await node.run([by(node)])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('the source command took too long and was stopped'),
  });
  await untilEmpty(await groupOf(node));
});

test('a program that others may change is refused before anything runs', async () => {
  const { node, balancers } = await start('touch ran; cat answer');
  chmodSync(node.path('ask'), 0o777);
  expect(await node.run([by(node)])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/source_command: .*may be written by every user: run chmod o-w/),
  });
  expect(() => node.read('ran')).toThrow('ENOENT');
  expect(balancers.yt.inspect.requests).toEqual([]);
});

test('without source_command it is a mistake of the configuration', async () => {
  const { node } = await start('true');
  expect(await node.run()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('source_command (none, default) must be given where source is command'),
  });
});

function groupOf(node: Balancer): Promise<number> {
  return until('the command is asked', () => {
    try {
      return Number(node.read('asking')) || null;
    } catch {
      return null;
    }
  });
}
