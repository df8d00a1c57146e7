/** How long the lock is ours: renewals, their loss, and what a lost lock answers from then on. */
import { expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { findNode } from '../../../src/sandbox/yt/state/objects.ts';
import { failureOf, leaseMs, never, openLab, path } from './lab.ts';

const ask = (lock: LockServices) => lock.requestLock({ reason: 'changed' }, never);

test('a renewal keeps the lock on the server for another lease', async () => {
  const { driver, proxy, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  for (let n = 0; n < 4; n += 1) {
    clock.pass(leaseMs - 1_000);
    expect(await lock.renewLock(null, never)).toEqual({ standing: 'renewed', leaseLeftMs: leaseMs });
  }
  expect(proxy.inspect.locks(path)).toHaveLength(1);
});

test('a renewal counts from its sending', async () => {
  const { driver, proxy, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  const gate = proxy.faults.hold('ping_transaction', { when: 'after' });
  const renewal = lock.renewLock(null, never);
  await gate.arrived;
  clock.pass(4_000);
  gate.release();
  expect(await renewal).toEqual({ standing: 'renewed', leaseLeftMs: leaseMs - 4_000 });
});

test('a check extends nothing', async () => {
  const { driver, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  clock.pass(20_000);
  expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs - 20_000 });
});

test.each([
  ['a busy proxy', { kind: 'status', status: 503 }],
  ['a stranger who says 200', { kind: 'html' }],
  ['a stranger who says it in JSON', { kind: 'status', status: 200, body: '"ok"' }],
  ['an empty reply', { kind: 'status', status: 200, body: '' }],
  ['a rate limit', { kind: 'error', code: 904 }],
  ['a cut connection', { kind: 'dropRequest' }],
  ['a status that is not found', { kind: 'status', status: 404 }],
] as const)('%s renews nothing, and the lock is not lost by it', async (_, fault) => {
  const { driver, proxy, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  clock.pass(10_000);
  proxy.faults.add('ping_transaction', fault, { times: 1 });
  expect(await failureOf(lock.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs - 10_000 });
  expect(await lock.renewLock(null, never)).toEqual({ standing: 'renewed', leaseLeftMs: leaseMs });
});

test('a renewal that hangs is given up after a part of the lease', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver({ leaseMs: 8_000 });
  await ask(lock);
  proxy.faults.add('ping_transaction', { kind: 'stall' });
  const startedMs = performance.now();
  expect((await failureOf(lock.renewLock(null, never))).message).toContain('within 2000 ms');
  expect(performance.now() - startedMs).toBeLessThan(60_000);
});

test.each([11000, 11003])('a ping that finds no transaction (code %i) has lost the lock', async (code) => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  proxy.faults.add('ping_transaction', { kind: 'error', code }, { times: 1 });
  expect(await lock.renewLock(null, never)).toMatchObject({
    standing: 'gone',
    detail: expect.stringContaining(`${code}`),
  });
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
});

test('a lock whose transaction ran out is gone, and no check takes it again', async () => {
  const { driver, proxy, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  clock.pass(leaseMs + 1);
  for (let n = 0; n < 2; n += 1) {
    expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  }
  expect(proxy.inspect.transactions()).toHaveLength(0);
  expect(await ask(lock)).toMatchObject({ standing: 'gone' });
  expect(await ask(lock)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs });
});

test('a lock that an operator took away while its transaction lives is gone', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  proxy.cluster.locks.dropNode(findNode(proxy.cluster, path, null));
  for (let n = 0; n < 2; n += 1) {
    expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  }
  await lock.releaseLock(null, never);
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('who was forgotten in the line learns it from a check, and gets in line with a new request', async () => {
  const { driver, proxy, clock } = await openLab();
  const [first, second] = ['a', 'b'].map((host) => driver({ host }));
  await ask(first!);
  await ask(second!);
  clock.pass(leaseMs - 1_000);
  await first!.renewLock(null, never);
  clock.pass(2_000);
  expect(await second!.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired' }]);
  // The lock has gone, and then, as the next request finds, so has the transaction.
  expect(await ask(second!)).toMatchObject({ standing: 'gone' });
  expect(await ask(second!)).toMatchObject({ standing: 'queued', ahead: 1, leaseLeftMs: leaseMs });
  expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired' }, { state: 'pending' }]);
});

test('who learns from a renewal that it was forgotten gets in line again too', async () => {
  const { driver, clock } = await openLab();
  const [first, second] = ['a', 'b'].map((host) => driver({ host }));
  await ask(first!);
  await ask(second!);
  clock.pass(leaseMs - 1_000);
  await first!.renewLock(null, never);
  clock.pass(2_000);
  expect(await second!.renewLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await ask(second!)).toMatchObject({ standing: 'queued', ahead: 1 });
});

test.each([
  ['waits', 1],
  ['has the lock', 0],
] as const)('who %s when the node is removed has no place, and a new request creates the node', async (_, at) => {
  const { driver, proxy } = await openLab();
  const drivers = ['a', 'b'].map((host) => driver({ host }));
  for (const each of drivers) await ask(each);
  const { locks, tree } = proxy.cluster;
  const node = findNode(proxy.cluster, path, null);
  locks.dropNode(node);
  tree.remove(node);
  expect(await drivers[at]!.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await ask(drivers[at]!)).toMatchObject({ standing: 'held' });
});

test('an answer that was on its way when a renewal found the lock gone is not trusted', async () => {
  const { driver, proxy, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  const gate = proxy.faults.hold('get', { when: 'after', times: 1 });
  const check = lock.checkLock(null, never);
  await gate.arrived;
  clock.pass(leaseMs + 1);
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'gone' });
  gate.release();
  expect(await check).toMatchObject({ standing: 'gone' });
});
