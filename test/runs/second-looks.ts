// The second look after the wait: what was compared may have changed meanwhile.

import type { Scenarios } from './scenario.ts';
import type { Flags, Node, World } from './world.ts';

async function settling(world: World, flags: Flags = {}): Promise<Node> {
  const node = world.start({ haproxy_refresh_delay: '500ms', ...flags });
  await node.reaches('watcher', 'delaying');
  return node;
}

/** The disk holds up the second look at the primer. */
function slowToReread(world: World, flags: Flags = {}): Node {
  const disk = { call: 'openat', path: world.path('primer.json'), ms: 3_000, nth: 2 } as const;
  return world.start(flags, { disk });
}

async function slowToAskAgain(world: World, flags: Flags = {}): Promise<Node> {
  const node = await settling(world, flags);
  world.yp.faults.hold('sas');
  return node;
}

export const secondLooks: Scenarios = {
  'no-longer-needed-after-the-wait': async (world) => {
    const node = await settling(world);
    world.pods(3, 3);
    return node;
  },

  'discovery-outage-after-the-wait': async (world) => {
    const node = await settling(world);
    world.yp.outage('sas');
    return node;
  },

  'a-group-is-empty-after-the-wait': async (world) => {
    world.pods(4, 5);
    const node = await settling(world, { max_shrink_percent: '50' });
    world.pods(4, 0);
    return node;
  },

  'the-primer-has-no-groups-after-the-wait': async (world) => {
    const node = await settling(world);
    world.put('primer.json', '{ "endpoint_sets": [] }');
    return node;
  },

  'the-primer-is-gone-after-the-wait': async (world) => {
    const node = await settling(world);
    world.remove('primer.json');
    return node;
  },

  'lock-lost-while-reading-again': async (world) => {
    const node = slowToReread(world);
    await node.reaches('watcher', 'rereading');
    world.endTransactionOf('balancer-1');
    return node;
  },

  'time-is-over-while-reading-again': async (world) => slowToReread(world, { haproxy_timeout: '1s' }),

  'stopped-while-reading-again': async (world) => {
    const node = slowToReread(world);
    await node.reaches('watcher', 'rereading');
    node.signal('SIGTERM');
    return node;
  },

  'lock-lost-while-asking-again': async (world) => {
    const node = await slowToAskAgain(world);
    await node.reaches('watcher', 'resolvingAgain');
    world.endTransactionOf('balancer-1');
    return node;
  },

  'time-is-over-while-asking-again': async (world) => slowToAskAgain(world, { haproxy_timeout: '1500ms' }),

  'stopped-while-asking-again': async (world) => {
    const node = await slowToAskAgain(world);
    await node.reaches('watcher', 'resolvingAgain');
    node.signal('SIGTERM');
    return node;
  },
};
