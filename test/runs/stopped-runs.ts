// SIGTERM, SIGINT and SIGHUP, in every state of a run.

import type { RunState } from '../../machines/state-names.ts';
import { existsSync, readFileSync } from 'node:fs';
import { holdLock } from './other-nodes.ts';
import { letGoOn, stopFirmly } from './processes.ts';
import type { Scenarios } from './scenario.ts';
import type { Node, World } from './world.ts';

async function stopIn(node: Node, state: RunState, signal: NodeJS.Signals = 'SIGTERM'): Promise<Node> {
  await node.reaches('watcher', state);
  node.signal(signal);
  return node;
}

/** The disk holds up the look at the last run's state, with the run lock taken already. */
function slowToTake(world: World) {
  return { disk: { call: 'openat', path: world.path('balancer-1-state.json'), ms: 1_000, nth: 1 } } as const;
}

export const stoppedRuns: Scenarios = {
  'stopped-while-looking-at-the-run-lock': async (world) => {
    const disk = { call: 'readlink', path: world.path('run'), ms: 1_000, nth: 1 } as const;
    return stopIn(world.start({}, { disk }), 'checkingRunLock');
  },

  'stopped-while-asking-the-handbrake': async (world) => {
    world.put('slow');
    const node = world.start();
    await node.reaches('handbrake#1', 'running');
    node.signal('SIGINT');
    return node;
  },

  'stopped-while-taking-the-run-lock': async (world) => stopIn(world.start({}, slowToTake(world)), 'takingRunLock'),

  'stopped-while-another-watcher-was-faster': async (world) => {
    world.put('slow');
    const disk = { call: 'readlink', path: world.path('run'), ms: 1_000, nth: 2 } as const;
    const node = world.start({}, { disk });
    await node.reaches('handbrake#1', 'running');
    await holdLock(world, 'balancer-1', { handbrake_command: 'true' });
    world.remove('slow');
    return stopIn(node, 'takingRunLock');
  },

  'stopped-while-the-run-locks-folder-vanishes': async (world) => {
    const disk = { call: 'readlink', path: world.path('run'), ms: 1_000, nth: 2 } as const;
    return stopIn(world.start({ handbrake_command: `rm -r ${world.path('run')}` }, { disk }), 'takingRunLock');
  },

  'stopped-while-reading-the-primer': async (world) => {
    const disk = { call: 'openat', path: world.path('primer.json'), ms: 1_000, nth: 1 } as const;
    return stopIn(world.start({}, { disk }), 'reading');
  },

  'stopped-while-asking-discovery': async (world) => {
    world.yp.faults.hold('sas');
    return stopIn(world.start(), 'resolving', 'SIGINT');
  },

  'stopped-while-asking-for-the-lock': async (world) => {
    const gate = world.yt.faults.hold('start_transaction', { times: 1 });
    const node = world.start();
    await gate.arrived;
    node.signal('SIGTERM');
    await node.reaches('clusterLock', 'releasing');
    gate.release();
    return node;
  },

  'stopped-while-a-request-that-took-long-is-renewed': async (world) => {
    world.yt.faults.add('lock', { kind: 'status', status: 503 }, { times: 2 });
    const gate = world.yt.faults.hold('ping_transaction', { times: 1 });
    const node = world.start({ lock_lease: '2s' });
    await gate.arrived;
    node.signal('SIGTERM');
    await node.reaches('clusterLock', 'releasing');
    gate.release();
    return node;
  },

  'stopped-while-the-lock-service-is-down': async (world) => {
    world.yt.faults.add('start_transaction', { kind: 'status', status: 503 });
    const node = world.start();
    await node.reaches('clusterLock', 'backingOff');
    node.signal('SIGTERM');
    await node.reaches('clusterLock', 'releasing');
    world.yt.faults.clear();
    return node;
  },

  'stopped-while-waiting-for-the-lock': async (world) => {
    await holdLock(world);
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    node.signal('SIGTERM');
    return node;
  },

  'stopped-while-the-cluster-settles': async (world) =>
    stopIn(world.start({ haproxy_refresh_delay: '20s' }), 'delaying'),

  'stopped-while-asking-the-handbrake-again': async (world) => {
    const node = world.start({ haproxy_refresh_delay: '1s' });
    await node.reaches('watcher', 'delaying');
    world.put('slow');
    await node.reaches('handbrake#2', 'running');
    node.signal('SIGTERM');
    return node;
  },

  'stopped-while-the-lock-is-confirmed': async (world) => {
    world.yt.faults.hold('ping_transaction', { times: 1 });
    return stopIn(world.start(), 'confirmingLock');
  },

  'stopped-while-the-refresh-is-about-to-start': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-state.json'), ms: 1_500, nth: 2, error: 'EIO' } as const;
    const node = world.start({ kill_grace: '4s', lock_lease: '12s' }, { disk });
    await node.reaches('refresh#1', 'starting');
    // Stopped by hand it does not end before its start has failed.
    const pid = await world.switchOf(node);
    await stopFirmly(pid);
    node.signal('SIGTERM');
    await node.reaches('refresh#1', 'ended');
    letGoOn(pid);
    return node;
  },

  'stopped-while-refreshing': async (world) => {
    world.put('hang');
    const node = world.start();
    await node.until(({ actor, event }) => actor === 'watcher' && event['command'] === 'refresh');
    node.signal('SIGHUP');
    return node;
  },

  'stopped-while-the-rest-of-a-refresh-may-end': async (world) => {
    const node = world.start({ haproxy_refresh_command: 'echo "haproxy reloaded"; sleep 300 & exit 0' });
    await node.reaches('refresh#1', 'lingering');
    node.signal('SIGTERM');
    return node;
  },

  'stopped-while-a-refresh-ignores-it': async (world) => {
    world.put('hang');
    world.put('stubborn');
    const node = world.start({
      haproxy_refresh_command: `exec ${world.path('refresh.sh')} > ${world.path('printed')}`,
    });
    await node.until(() => existsSync(world.path('printed')) && readFileSync(world.path('printed'), 'utf8') !== '');
    node.signal('SIGTERM');
    return node;
  },

  'stopped-while-a-refresh-ignores-its-end-of-time': async (world) => {
    world.put('hang');
    world.put('stubborn');
    const node = world.start({
      haproxy_refresh_timeout: '500ms',
      haproxy_refresh_command: `exec ${world.path('refresh.sh')} > ${world.path('printed')}`,
    });
    await node.reaches('refresh#1', 'terminating');
    node.signal('SIGTERM');
    return node;
  },

  'stopped-while-writing-the-statistics': async (world) => {
    const disk = { call: 'openat', path: world.path('balancer-1-statistics.json'), ms: 1_000, nth: 1 } as const;
    return stopIn(world.start({}, { disk }), 'reporting');
  },

  'stopped-while-giving-back-the-lock': async (world) => {
    const gate = world.yt.faults.hold('abort_transaction', { times: 1 });
    const node = world.start();
    await gate.arrived;
    node.signal('SIGTERM');
    await node.until(({ event }) => event.type === 'abort');
    gate.release();
    return node;
  },
};
