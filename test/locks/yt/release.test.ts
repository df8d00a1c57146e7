/** After a release nothing of ours is left on the server, wherever the request for the lock was when it was given up. */
import { expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { failureOf, leaseMs, never, openLab, path, token } from './lab.ts';

const ask = (lock: LockServices, signal = never) => lock.requestLock({ reason: 'changed' }, signal);

test('a lock that was never asked for is released without a word to the server', async () => {
  const { driver, proxy } = await openLab();
  expect(await driver({ token: 'not a token' }).releaseLock(null, never)).toEqual({ released: true });
  expect(proxy.inspect.requests).toHaveLength(0);
});

test('a second release has nothing to do', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  await lock.releaseLock(null, never);
  const before = proxy.inspect.requests.length;
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  expect(proxy.inspect.requests).toHaveLength(before);
});

test('a release whose reply is lost is asked for again, and is then done', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  proxy.faults.add('abort_transaction', { kind: 'dropReply' }, { times: 1 });
  expect(await failureOf(lock.releaseLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(proxy.inspect.locks(path)).toHaveLength(0);
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
});

test('a lock that is already gone is a success', async () => {
  const { driver, clock } = await openLab();
  const lock = driver();
  await ask(lock);
  clock.pass(leaseMs + 1);
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
});

test.each([
  ['start_transaction', 'before'],
  ['start_transaction', 'after'],
  ['lock', 'before'],
  ['lock', 'after'],
  ['get', 'after'],
] as const)('a request given up at %s (%s it was applied) leaves nothing behind', async (command, when) => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  const gate = proxy.faults.hold(command, { when, times: 1 });
  const stop = new AbortController();
  const request = failureOf(ask(lock, stop.signal));
  await gate.arrived;
  stop.abort();
  const release = lock.releaseLock(null, never);
  expect((await request).kind).toBe('aborted');
  expect(await release).toEqual({ released: true });
  gate.release();
  // What was held up is applied late, as a slow network would have it.
  await expect.poll(() => proxy.inspect.requests.every(({ status }) => status !== null)).toBe(true);
  expect(proxy.inspect.locks(path)).toHaveLength(0);
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('a transaction whose reply was lost is found and ended', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  proxy.faults.add('start_transaction', { kind: 'dropReply' }, { times: 1 });
  await failureOf(ask(lock));
  expect(proxy.inspect.transactions()).toHaveLength(1);
  await lock.releaseLock(null, never);
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('a transaction that cannot be found holds no lock and is left to its timeout', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  proxy.faults.add('start_transaction', { kind: 'dropReply' });
  await failureOf(ask(lock));
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
});

test('a transaction that was refused is not asked for again to be given back', async () => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  proxy.faults.add('start_transaction', { kind: 'error', code: 901 }, { times: 1 });
  await failureOf(ask(lock));
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  expect(proxy.inspect.requests).toHaveLength(1);
});

test.each([
  ['denied', { kind: 'error', code: 901 }, 'lockDenied'],
  ['refused', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, 'lockDenied'],
  ['put off', { kind: 'status', status: 503 }, 'lockUnavailable'],
] as const)('a release that is %s fails, and may be tried again', async (_, fault, kind) => {
  const { driver, proxy } = await openLab();
  const lock = driver();
  await ask(lock);
  proxy.faults.add('abort_transaction', fault, { times: 1 });
  expect((await failureOf(lock.releaseLock(null, never))).kind).toBe(kind);
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  expect(proxy.inspect.transactions()).toHaveLength(0);
});

test('after a release the lock can be asked for anew', async () => {
  const { driver } = await openLab();
  const lock = driver();
  await ask(lock);
  await lock.releaseLock(null, never);
  expect(await lock.checkLock(null, never)).toMatchObject({ standing: 'gone' });
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
});

test('an operator does not end a transaction that has given its lock back meanwhile, and has another', async () => {
  const { driver, proxy } = await openLab();
  await ask(driver());
  const found = await driver({ host: 'operator' }).held(never);
  const [held] = proxy.inspect.locks(path);
  const headers = { Authorization: `OAuth ${token}`, 'Content-Type': 'application/json' };
  for (const [command, more] of [
    ['unlock', {}],
    ['lock', { mode: 'exclusive', waitable: true }],
  ] as const) {
    const body = JSON.stringify({ path, transaction_id: held!.transactionId, ...more });
    expect((await fetch(`${proxy.url}/api/v4/${command}`, { method: 'POST', headers, body })).status).toBe(200);
  }
  expect(await found!.takeAway(never)).toBe(false);
  expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired' }]);
});
