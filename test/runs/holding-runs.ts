// What can go wrong between the lock and the end of the refresh command.

import { setTimeout as pause } from 'node:timers/promises';
import { stopFirmly } from './processes.ts';
import type { Scenarios } from './scenario.ts';
import type { Flags, Node, World } from './world.ts';

const DOWN = { kind: 'status', status: 503 } as const;

async function slowToConfirm(world: World, flags: Flags = {}): Promise<Node> {
  const node = world.start({ haproxy_refresh_delay: '500ms', ...flags });
  await node.reaches('watcher', 'delaying');
  world.put('slow');
  await node.reaches('handbrake#2', 'running');
  return node;
}

async function hangingRefresh(world: World, flags: Flags = {}): Promise<Node> {
  world.put('hang');
  const node = world.start(flags);
  await node.until(({ actor, event }) => actor === 'watcher' && event['command'] === 'refresh');
  return node;
}

export const holdingRuns: Scenarios = {
  'lock-lost-while-the-cluster-settles': async (world) => {
    const node = world.start({ haproxy_refresh_delay: '20s' });
    await node.reaches('watcher', 'delaying');
    world.endTransactionOf('balancer-1');
    return node;
  },

  'the-lease-runs-out-while-the-cluster-settles': async (world) => {
    const node = world.start({ haproxy_refresh_delay: '20s', lock_lease: '2s' });
    await node.reaches('watcher', 'delaying');
    const over = world.yt.faults.add('ping_transaction', DOWN);
    await node.reaches('clusterLock', 'lost');
    over();
    return node;
  },

  'a-renewal-is-refused-while-the-cluster-settles': async (world) => {
    const node = world.start({ haproxy_refresh_delay: '1500ms', lock_lease: '2s' });
    await node.reaches('watcher', 'delaying');
    world.yt.faults.add('ping_transaction', { kind: 'error', code: 901 }, { times: 1 });
    return node;
  },

  'time-is-over-while-the-cluster-settles': async (world) => {
    const gate = world.yt.faults.hold('start_transaction', { times: 1 });
    const node = world.start({ haproxy_timeout: '1500ms', haproxy_refresh_delay: '1400ms' });
    await gate.arrived;
    await pause(500);
    gate.release();
    return node;
  },

  'lock-lost-while-asking-the-handbrake-again': async (world) => {
    const node = await slowToConfirm(world);
    world.endTransactionOf('balancer-1');
    return node;
  },

  'time-is-over-while-asking-the-handbrake-again': async (world) => slowToConfirm(world, { haproxy_timeout: '1500ms' }),

  'the-handbrake-breaks-while-the-cluster-settles': async (world) => {
    const node = world.start({ haproxy_refresh_delay: '1s' });
    await node.reaches('watcher', 'delaying');
    world.put('broken');
    return node;
  },

  'the-handbrake-takes-too-long': async (world) => {
    world.put('slow');
    return world.start({ handbrake_timeout: '500ms' });
  },

  'lock-lost-while-it-is-confirmed': async (world) => {
    const node = await slowToConfirm(world, { lock_lease: '20s' });
    world.endTransactionOf('balancer-1');
    world.remove('slow');
    return node;
  },

  'time-is-over-while-the-lock-is-confirmed': async (world) => {
    world.yt.faults.hold('ping_transaction');
    return world.start({ haproxy_timeout: '1s', lock_lease: '20s' });
  },

  'confirmed-by-a-renewal-under-way': async (world) => {
    const node = await slowToConfirm(world, { lock_lease: '4s' });
    const gate = world.yt.faults.hold('ping_transaction', { times: 1 });
    await gate.arrived;
    world.remove('slow');
    await node.until(({ event }) => event.type === 'confirm');
    gate.release();
    return node;
  },

  'confirmed-between-two-failed-renewals': async (world) => {
    const node = await slowToConfirm(world, { lock_lease: '16s' });
    const over = world.yt.faults.add('ping_transaction', DOWN, { times: 1 });
    await node.reaches('clusterLock', 'retrying');
    world.remove('slow');
    await node.until(({ event }) => event.type === 'confirm');
    over();
    return node;
  },

  'lock-lost-while-refreshing': async (world) => {
    const node = await hangingRefresh(world);
    world.endTransactionOf('balancer-1');
    return node;
  },

  'lock-lost-while-refreshing-to-the-end': async (world) => {
    const node = await hangingRefresh(world, { on_lock_lost: 'finish', haproxy_refresh_timeout: '3s' });
    world.endTransactionOf('balancer-1');
    await node.reaches('clusterLock', 'lost');
    world.remove('hang');
    return node;
  },

  'time-is-over-while-refreshing': async (world) => hangingRefresh(world, { haproxy_timeout: '6s' }),

  'the-refresh-takes-too-long': async (world) => hangingRefresh(world, { haproxy_refresh_timeout: '500ms' }),

  'the-refresh-fails': async (world) => {
    world.put('fail');
    return world.start();
  },

  'the-refresh-leaves-a-process-behind': async (world) =>
    world.start({ haproxy_refresh_command: 'echo "haproxy reloaded"; sleep 300 & exit 0' }),

  'the-refresh-cannot-be-recorded-first': async (world) =>
    world.start({
      state_file: world.path('no/such/state.json'),
      handbrake_command: `rm -rf ${world.path('no')}`,
    }),

  'the-refresh-leaves-a-process-that-ends-by-itself': async (world) =>
    world.start({ haproxy_refresh_command: 'echo "haproxy reloaded"; sleep 1 & exit 0' }),

  'the-refresh-cannot-be-recorded-in-time': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-state.json'), ms: 11_000, nth: 2 } as const;
    // Nothing else is read either while the disk is held up: the lease has to last.
    return world.start({ lock_lease: '1m' }, { disk });
  },

  'time-is-over-before-the-refresh-can-start': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-state.json'), ms: 4_000, nth: 2 } as const;
    return world.start({ lock_lease: '1m', haproxy_timeout: '2s' }, { disk });
  },

  'the-refresh-is-killed-before-it-runs': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-state.json'), ms: 1_000, nth: 2 } as const;
    const node = world.start({}, { disk });
    await node.reaches('refresh#1', 'starting');
    const pid = await world.switchOf(node);
    await stopFirmly(pid);
    await node.reaches('refresh#1', 'running');
    process.kill(pid, 'SIGKILL');
    return node;
  },

  // It costs the half minute after which a report is given up.
  'the-disk-hangs-under-the-report': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-statistics.json'), ms: 40_000, nth: 1 } as const;
    return world.start({ lock_lease: '2m' }, { disk });
  },
};
