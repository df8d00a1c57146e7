// Runs in which nobody interferes, and runs that a gate or an unreadable file keeps from going on.

import { setTimeout as pause } from 'node:timers/promises';
import { holdLock } from './other-nodes.ts';
import type { Scenarios } from './scenario.ts';

const FILES = { source: 'file', lock: 'file' };

export const quietRuns: Scenarios = {
  'nothing-has-changed': async (world) => {
    world.pods(2, 2);
    return world.start();
  },

  'a-pod-was-added': async (world) => world.start(FILES),

  'a-pod-was-added-and-yt-has-the-lock': async (world) => world.start(),

  'a-pod-was-removed': async (world) => {
    world.pods(3, 2);
    return world.start(FILES);
  },

  'dry-run-finds-a-change': async (world) => world.start({ dry_run: 'true' }),

  'forced-without-a-change': async (world) => {
    world.pods(2, 2);
    return world.start({ force_run: 'true' });
  },

  'forced-while-the-primer-is-unreadable': async (world) => {
    world.put('primer.json', '{');
    return world.start({ force_run: 'true' });
  },

  'forced-during-discovery-outage': async (world) => {
    world.yp.outage('sas');
    return world.start({ force_run: 'true' });
  },

  'discovery-outage': async (world) => {
    world.yp.outage('sas');
    return world.start();
  },

  'the-primer-has-no-groups': async (world) => {
    world.put('primer.json', '{ "endpoint_sets": [] }');
    return world.start();
  },

  'forced-though-the-primer-has-no-groups': async (world) => {
    world.put('primer.json', '{ "endpoint_sets": [] }');
    return world.start({ force_run: 'true' });
  },

  'this-node-lacks-what-a-run-needs': async (world) =>
    world.start({ state_file: world.path('primer.json/state.json') }),

  'the-primer-is-unreadable': async (world) => {
    world.remove('primer.json');
    return world.start();
  },

  'a-group-shrank-too-much': async (world) => {
    world.pods(4, 1);
    return world.start({ max_shrink_percent: '50' });
  },

  'another-watcher-is-running': async (world) => {
    await holdLock(world, 'balancer-1');
    return world.start();
  },

  'another-watcher-was-faster': async (world) => {
    world.put('slow');
    const slow = world.start();
    await slow.reaches('handbrake#1', 'running');
    await holdLock(world, 'balancer-1', { handbrake_command: 'true' });
    world.remove('slow');
    return slow;
  },

  'the-handbrake-is-pulled': async (world) => {
    world.put('handbrake');
    return world.start();
  },

  'the-handbrake-is-broken': async (world) => {
    world.put('broken');
    return world.start();
  },

  'the-run-locks-folder-is-missing': async (world) => world.start({ run_lock_file: world.path('gone/watcher.pid') }),

  'the-run-locks-folder-vanishes': async (world) => world.start({ handbrake_command: `rm -r ${world.path('run')}` }),

  'what-the-last-run-left-is-unreadable': async (world) =>
    world.start(FILES, {
      disk: { call: 'openat', path: world.path('balancer-1-state.json'), ms: 100, nth: 1, error: 'EIO' },
    }),

  'the-statistics-cannot-be-written': async (world) =>
    world.start({
      ...FILES,
      stat_file: world.path('gone/statistics.json'),
      handbrake_command: `rm -rf ${world.path('gone')}`,
    }),

  'an-escaped-refresh-is-still-alive': async (world) => {
    world.put('hang');
    const killed = world.start();
    const { event } = await killed.until(({ actor, event }) => actor === 'refresh#1' && event.type === 'childReady');
    await killed.reaches('refresh#1', 'running');
    await pause(300);
    world.killGuardsOf(Number(event['pgid']));
    killed.signal('SIGKILL');
    await killed.exited;
    return world.start();
  },

  'refreshed-just-before': async (world) => {
    await world.start(FILES).exited;
    return world.start({ ...FILES, min_refresh_interval: '1h' });
  },

  'the-last-refresh-did-not-help': async (world) => {
    await world.start(FILES).exited;
    return world.start({ ...FILES, max_ineffective: '1' });
  },

  'killed-while-refreshing': async (world) => {
    world.put('hang');
    const killed = world.start(FILES);
    await killed.until(({ actor, event }) => actor === 'watcher' && event['command'] === 'refresh');
    killed.signal('SIGKILL');
    return killed;
  },
};
