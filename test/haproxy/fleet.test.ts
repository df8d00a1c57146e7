/**
 * Goal: the whole loop, from a change in discovery to three HAProxies that serve it, under load and with real parts.
 * Method: three nodes with HAProxy as master and worker, the lock in a real etcd, `watcher prime && reload` as the refresh
 * command, and requests to each node all the time; every request must get its answer.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { startPod } from './balancer.ts';
import { type Fleet, startFleet } from './fleet.ts';

const UNCHANGED = 11;
const REFRESHED = 10;
const FAILED = 5;
const BRAKED = 8;

test('pods come, go, move and are renamed on three nodes, and no request fails', async () => {
  needs('haproxy', 'etcd', 'etcdctl');
  const [a, b, c, d, e] = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => startPod(`${name}.example.net`)));
  const fleet = await startFleet([a!, b!]);
  expect(await fleet.tick()).toEqual([UNCHANGED, UNCHANGED, UNCHANGED]);
  await everyNodeServes(fleet, [a!.name, b!.name]);

  // One more pod, one under another name, one that has moved: each node reloads once, one after the other.
  const [moved, renamed] = await Promise.all([startPod(a!.name), startPod('z.example.net')]);
  fleet.discover([moved!, { ...renamed!, id: b!.name }, c!]);
  expect(await fleet.tick()).toEqual([REFRESHED, REFRESHED, REFRESHED]);
  expect(oneAtATime(fleet.reloads())).toHaveLength(3);
  for (const node of fleet.nodes) node.answered();
  await everyNodeServes(fleet, [moved!.name, renamed!.name, c!.name]);
  for (const node of fleet.nodes) {
    // What stays keeps its server's name and id.
    expect(serversOf(node.path('haproxy.cfg'))).toEqual([
      `a.example.net 127.0.0.1:${moved!.port} id 1 check`,
      `b.example.net 127.0.0.1:${renamed!.port} id 2 check`,
      `c.example.net 127.0.0.1:${c!.port} id 3 check`,
    ]);
  }

  // A pod that has gone is no reason to reload: HAProxy's own checks and retries see to it.
  fleet.discover([moved!, { ...renamed!, id: b!.name }]);
  expect(await fleet.tick()).toEqual([UNCHANGED, UNCHANGED, UNCHANGED]);
  expect(fleet.reloads()).toHaveLength(6);

  // A broken template stops at the first node: the others find the brake on, then and later.
  fleet.breakTemplate('balancee roundrobin');
  fleet.discover([moved!, { ...renamed!, id: b!.name }, d!]);
  const [first, second] = [await fleet.tick(), await fleet.tick()];
  const failed = [...first, ...second].filter((code) => code === FAILED).length;
  expect([...first, ...second].filter((code) => code === BRAKED)).toHaveLength(6 - failed);
  // A board that does not answer in time, as on a host that is very busy, stops nobody.
  expect(failed - fleet.silences()).toBeLessThanOrEqual(1);
  expect(first).toContain(FAILED);
  expect(oneAtATime(fleet.reloads())).toHaveLength(3 + failed);
  for (const node of fleet.nodes) expect(serversOf(node.path('haproxy.cfg'))).toHaveLength(3);
  fleet.breakTemplate('');

  // A watcher that is killed while it refreshes takes nothing with it.
  fleet.discover([moved!, { ...renamed!, id: b!.name }, e!]);
  const before = fleet.reloads().length;
  const running = fleet.nodes[0]!.start();
  await until('the refresh', () => fleet.reloads().length > before);
  running.child.kill('SIGKILL');
  await running.ended;
  for (const node of fleet.nodes) node.answered();
  await everyNodeServes(fleet, [moved!.name, renamed!.name]);

  // And once its lease has ended, the next ticks see to what it was about, the killed one's node included.
  await fleet.endLeases();
  await until('nothing is left to do', async () => (await fleet.tick()).every((code) => code === UNCHANGED));
  for (const node of fleet.nodes) node.answered();
  await everyNodeServes(fleet, [e!.name]);
  await fleet.rest();
  expect(fleet.failures()).toEqual([]);
});

async function everyNodeServes({ nodes }: Fleet, names: readonly string[]): Promise<void> {
  for (const node of nodes) {
    const seen = new Set<string>();
    await until(`${names.join()} on ${node.name}`, () => {
      for (const name of node.answered()) seen.add(name);
      return names.every((name) => seen.has(name));
    });
  }
}

/** The nodes that reloaded, in order. Throws where one began before another had ended. */
function oneAtATime(lines: readonly string[]): readonly string[] {
  const nodes: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const node = lines[at]!.replace('start ', '');
    expect(lines.slice(at, at + 2)).toEqual([`start ${node}`, `end ${node}`]);
    nodes.push(node);
  }
  return nodes;
}

function serversOf(config: string): readonly string[] {
  return [...readFileSync(config, 'utf8').matchAll(/^ {2}server (.*)$/gm)].map(([, line]) => line!);
}
