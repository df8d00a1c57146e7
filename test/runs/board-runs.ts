// What the board beside the lock says and does: here it is a folder, so that it can be put into any state.

import { mkdirSync, symlinkSync } from 'node:fs';
import { brakeText } from '../../src/board/brake-record.ts';
import type { Scenarios } from './scenario.ts';
import type { Disk, Flags, Node, World } from './world.ts';

const BRAKE = { lock: 'file', on_refresh_failure: 'brake', handbrake_command: 'true', haproxy_refresh_delay: '0s' };
const BOARD = 'cluster.lock.board';

/** Longer than a run waits for the board. */
const SLOW_MS = 5_600;

function slowToRead(world: World, record: string, nth: number, ms = SLOW_MS): { readonly disk: Disk } {
  return { disk: { call: 'openat', path: world.path(`${BOARD}/${record}`), ms, nth } };
}

/** Puts a record there that says so. */
function mark(world: World, plan: string): void {
  mkdirSync(world.path(BOARD));
  const who = { node: 'balancer-2', runId: 'an-earlier-run', at: new Date().toISOString() };
  world.put(`${BOARD}/brake`, brakeText([{ ...who, plan, failures: 1, why: 'the refresh command exited with 3' }]));
}

async function ended(node: Node): Promise<void> {
  await node.exited;
}

export const boardRuns: Scenarios = {
  'the-brake-is-on': async (world) => {
    world.put('fail');
    await ended(world.start(BRAKE, { host: 'balancer-2' }));
    return world.start(BRAKE);
  },

  'a-forced-run-obeys-the-brake': async (world) => {
    world.put('fail');
    await ended(world.start(BRAKE, { host: 'balancer-2' }));
    return world.start({ ...BRAKE, force_run: 'true' });
  },

  'another-plan-passes-the-brake-and-fails-too': async (world) => {
    mark(world, '1-anotherplan');
    world.put('fail');
    return world.start(BRAKE);
  },

  'the-brake-cannot-be-looked-at': async (world) => {
    mkdirSync(world.path(`${BOARD}/brake`), { recursive: true });
    world.put('fail');
    return world.start(BRAKE);
  },

  'nothing-can-be-written-on-the-board': async (world) => {
    symlinkSync(world.path('nowhere'), world.path(BOARD));
    world.put('fail');
    return world.start(BRAKE);
  },

  'the-brake-is-slow-to-be-looked-at': async (world) => world.start(BRAKE, slowToRead(world, 'brake', 1)),

  'the-failure-is-slow-to-be-marked': async (world) => {
    world.put('fail');
    return world.start(BRAKE, slowToRead(world, 'brake', 2));
  },

  'the-board-cannot-be-read-at-the-end': async (world) => {
    mkdirSync(world.path(`${BOARD}/nodes/balancer-1`), { recursive: true });
    return world.start(quiet(world));
  },

  'the-board-is-slow-at-the-end': async (world) => world.start(quiet(world), slowToRead(world, 'nodes/balancer-1', 1)),

  'stopped-while-reading-the-board-at-the-end': async (world) => {
    const node = world.start(quiet(world), slowToRead(world, 'nodes/balancer-1', 1, 1_000));
    await node.reaches('watcher', 'readingNodeRecord');
    node.signal('SIGTERM');
    return node;
  },

  'the-board-says-it-already': async (world) => {
    const flags = quiet(world);
    await ended(world.start(flags));
    return world.start(flags);
  },
};

/** There is nothing to refresh for. */
function quiet(world: World): Flags {
  world.pods(2, 2);
  return { lock: 'file', handbrake_command: 'true' };
}
