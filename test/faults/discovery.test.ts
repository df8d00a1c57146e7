import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { pod, primer, startBalancers } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';

testBesideOthers(
  'nobody listens: exit 4, nothing is refreshed, and the next run is as if it had not happened',
  async () => {
    const { yp, nodes, refreshes } = await startBalancers(1);
    const node = nodes[0]!;
    yp.faults.add('*', { kind: 'dropRequest' });
    const ended = await node.run();
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^watcher: [^\n]*sas\/front unavailable[^\n]*\n$/);
    expect(refreshes()).toEqual([]);
    yp.faults.clear();
    expect(await node.run(['--detailed_exitcode'])).toMatchObject({ code: 10, stderr: '' });
  },
);

testBesideOthers('no name resolves and no network is there: exit 4, without a hang at the end', async () => {
  needs('namespaces');
  const { nodes, refreshes } = await startBalancers(1);
  const ended = await nodes[0]!.run(['--yp_url', 'http://sd.example.net:8080'], {}, ['unshare', '-n']);
  expect(ended.code).toBe(4);
  expect(refreshes()).toEqual([]);
});

testBesideOthers('one of two groups fails: a pod that the other one got is not refreshed either', async () => {
  const { yp, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const set = (name: string) => ({ cluster_name: 'sas', endpoint_set_id: name, endpoints: [pod(1)] });
  writeFileSync(node.path('primer.json'), JSON.stringify({ endpoint_sets: [set('front'), set('back')] }));
  yp.set('sas', 'back', [pod(1)]);
  yp.faults.add('sas/back', { kind: 'status', status: 403 });
  const ended = await node.run();
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('sas/back denied');
  expect(refreshes()).toEqual([]);
  expect(await node.run(['--detailed_exitcode', '--on_discovery_error', 'tolerate'])).toMatchObject({ code: 10 });
});

testBesideOthers(
  'a pod that comes and goes (A/B/A) is not there any more when one looks again: nothing is refreshed',
  async () => {
    const { yt, yp, nodes, refreshes } = await startBalancers(1);
    const gate = yt.faults.hold('lock');
    const running = nodes[0]!.start(['--detailed_exitcode']);
    await gate.arrived;
    yp.set('sas', 'front', [pod(1)]);
    gate.release();
    expect(await running.ended).toMatchObject({ code: 11, stderr: '' });
    expect(refreshes()).toEqual([]);
    expect(yt.inspect.transactions()).toEqual([]);
  },
);

testBesideOthers(
  'somebody else refreshed while we waited: the primer is read again, and nothing is refreshed',
  async () => {
    const { yt, nodes, refreshes } = await startBalancers(1);
    const node = nodes[0]!;
    const gate = yt.faults.hold('lock');
    const running = node.start(['--detailed_exitcode']);
    await gate.arrived;
    writeFileSync(node.path('primer.json'), primer([pod(1), pod(2)]));
    gate.release();
    expect(await running.ended).toMatchObject({ code: 11, stderr: '' });
    expect(refreshes()).toEqual([]);
  },
);

testBesideOthers('the primer is gone when one looks again: exit 1, and nothing is refreshed', async () => {
  const { yt, nodes, refreshes } = await startBalancers(1);
  const node = nodes[0]!;
  const gate = yt.faults.hold('lock');
  const running = node.start();
  await gate.arrived;
  writeFileSync(node.path('primer.json'), 'not json');
  gate.release();
  expect(await running.ended).toMatchObject({ code: 1 });
  expect(refreshes()).toEqual([]);
  expect(yt.inspect.transactions()).toEqual([]);
});

testBesideOthers(
  'a whole cluster seems to vanish together with one addition: max_shrink_percent holds it back',
  async () => {
    const { yp, nodes, refreshes } = await startBalancers(1, { max_shrink_percent: 30 });
    const node = nodes[0]!;
    const many = Array.from({ length: 20 }, (_, index) => pod(index + 1));
    writeFileSync(node.path('primer.json'), primer(many));
    yp.set('sas', 'front', [...many.slice(0, 3), pod(99)]);
    const ended = await node.run();
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^watcher: [^\n]*sas\/front[^\n]*\n$/);
    expect(refreshes()).toEqual([]);
  },
);
