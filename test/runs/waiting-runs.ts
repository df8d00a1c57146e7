// The line for the cluster lock, and trouble in it.

import type { AnyEventObject } from 'xstate';
import { holdLock, letGo } from './other-nodes.ts';
import type { Scenarios } from './scenario.ts';

const DOWN = { kind: 'status', status: 503 } as const;

export const waitingRuns: Scenarios = {
  'waits-for-another-node-then-refreshes': async (world) => {
    const other = await holdLock(world);
    const node = world.start();
    await node.until(({ actor, event }) => actor === 'clusterLock' && event.type === 'xstate.done.actor.checkLock');
    await letGo(other);
    return node;
  },

  'waits-for-two-nodes-in-line': async (world) => {
    const first = await holdLock(world, 'balancer-2');
    const second = world.start({}, { host: 'balancer-3' });
    await second.reaches('clusterLock', 'queued');
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    await letGo(first);
    await second.exited;
    return node;
  },

  'waits-until-its-time-is-over': async (world) => {
    await holdLock(world);
    return world.start({ haproxy_timeout: '1s' });
  },

  'the-lock-service-has-trouble-at-first': async (world) => {
    world.yt.faults.add('start_transaction', DOWN, { times: 2 });
    return world.start();
  },

  'the-lock-service-has-trouble-while-we-wait': async (world) => {
    const other = await holdLock(world);
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    const over = world.yt.faults.add('get', DOWN);
    await node.reaches('clusterLock', 'checkFailed');
    over();
    await letGo(other);
    return node;
  },

  'the-lock-service-refuses-us': async (world) => {
    world.yt.banned.add('robot-watcher');
    return world.start();
  },

  'the-lock-service-denies-a-question-while-we-wait': async (world) => {
    await holdLock(world);
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    const over = world.yt.faults.add('get', { kind: 'error', code: 901 });
    await node.reaches('clusterLock', 'denied');
    over();
    await node.until(({ actor, event }) => actor === 'clusterLock' && event.type === 'xstate.done.actor.checkLock');
    node.signal('SIGTERM');
    return node;
  },

  'the-lock-service-refuses-us-while-we-wait': async (world) => {
    await holdLock(world);
    const node = world.start({ lock_lease: '2s' });
    await node.reaches('clusterLock', 'queued');
    world.yt.faults.add('get', { kind: 'error', code: 901 });
    return node;
  },

  'a-renewal-is-refused-while-we-wait': async (world) => {
    await holdLock(world);
    const node = world.start({ lock_lease: '2s' });
    await node.reaches('clusterLock', 'queued');
    world.yt.faults.hold('get');
    world.yt.faults.add('ping_transaction', { kind: 'error', code: 901 });
    return node;
  },

  'our-place-in-the-line-is-forgotten': async (world) => {
    const other = await holdLock(world);
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    // Who only looks at the line would get in again in silence: it is the renewal that has to find out.
    const gate = world.yt.faults.hold('get');
    await gate.arrived;
    world.endTransactionOf('balancer-1');
    await node.reaches('clusterLock', 'backingOff');
    gate.release();
    world.yt.faults.clear('get');
    await letGo(other);
    return node;
  },

  'our-place-in-the-line-is-gone-when-we-ask': async (world) => {
    const other = await holdLock(world);
    world.yt.faults.add('lock', { kind: 'error', code: 11000 }, { times: 1 });
    // With a delay, a node in line asks seldom.
    const node = world.start({ haproxy_refresh_delay: '1s' });
    await node.reaches('clusterLock', 'queued');
    world.yt.faults.add('get', { kind: 'error', code: 11000 }, { times: 1 });
    const isGone = (event: AnyEventObject) => event['output']?.standing === 'gone';
    await node.until(({ event }) => event.type === 'xstate.done.actor.checkLock' && isGone(event));
    await letGo(other);
    return node;
  },

  // A quarter of the lease passes before the third try.
  'a-request-takes-much-of-its-lease': async (world) => {
    world.yt.faults.add('lock', DOWN, { times: 2 });
    return world.start({ lock_lease: '2s' });
  },

  'a-request-that-took-long-is-not-renewed-at-once': async (world) => {
    world.yt.faults.add('lock', DOWN, { times: 2 });
    world.yt.faults.add('ping_transaction', DOWN, { times: 1 });
    return world.start({ lock_lease: '2s' });
  },

  'a-request-takes-too-much-of-its-lease': async (world) => {
    world.yt.faults.add('lock', DOWN, { times: 2 });
    world.yt.faults.add('ping_transaction', { kind: 'error', code: 11000 }, { times: 1 });
    return world.start({ lock_lease: '2s' });
  },

  'our-place-in-the-line-runs-out': async (world) => {
    const other = await holdLock(world);
    const node = world.start({ lock_lease: '2s' });
    await node.reaches('clusterLock', 'queued');
    const over = world.yt.faults.add('ping_transaction', DOWN);
    await node.reaches('clusterLock', 'backingOff');
    over();
    await letGo(other);
    return node;
  },

  'the-handbrake-is-pulled-while-waiting': async (world) => {
    const other = await holdLock(world);
    const node = world.start();
    await node.reaches('clusterLock', 'queued');
    world.put('handbrake');
    await letGo(other);
    return node;
  },

  'the-lock-cannot-be-given-back-at-first': async (world) => {
    world.yt.faults.add('abort_transaction', DOWN, { times: 1 });
    return world.start();
  },

  'the-lock-cannot-be-given-back': async (world) => {
    world.yt.faults.add('abort_transaction', DOWN);
    return world.start();
  },
};
