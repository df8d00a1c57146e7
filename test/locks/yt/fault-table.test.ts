/**
 * Goal: no fault of any one request leaves a lock that nobody knows, takes one twice, or is read as an answer. Method:
 * every fault at every request, once; then the same is asked again until it works, as the machine would.
 */
import { describe, expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { Failed } from '../../../src/failure.ts';
import { startFaultyProxy } from '../../support/faulty-proxy.ts';
import { failureOf, type Lab, leaseMs, makeNode, never, openLab, path } from './lab.ts';

type Fault = Parameters<Lab['proxy']['faults']['add']>[1];

const TROUBLE = 'lockUnavailable';
const DENIED = 'lockDenied';

const FAULTS: readonly (readonly [name: string, kind: typeof TROUBLE | typeof DENIED, fault: Fault])[] = [
  ['is lost on its way', TROUBLE, { kind: 'dropRequest' }],
  ['is applied, and its reply is lost', TROUBLE, { kind: 'dropReply' }],
  ['gets half of a reply', TROUBLE, { kind: 'cut' }],
  ...[401, 403, 404].map((status) => [`gets HTTP status ${status}`, DENIED, { kind: 'status', status }] as const),
  ...[408, 429, 500, 502, 503, 504].map(
    (status) => [`gets HTTP status ${status}`, TROUBLE, { kind: 'status', status }] as const,
  ),
];

const ask = (lock: LockServices) => lock.requestLock({ reason: 'changed' }, never);

describe.each(FAULTS)('a request that %s', (_name, kind, fault) => {
  test.each(['start_transaction', 'create', 'lock'])(
    '%s: is asked again, and the lock is taken once',
    async (command) => {
      const lab = await openLab();
      if (command !== 'create') makeNode(lab.proxy.cluster, path);
      const lock = lab.driver();
      lab.proxy.faults.add(command, fault, { times: 1 });
      expect(await failureOf(ask(lock))).toMatchObject({ kind });
      expect(await ask(lock)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs });
      expectOneLock(lab);
    },
  );

  test('get, of the place in line: is asked again, and the place is kept', async () => {
    const { lab, lock } = await heldLock();
    const other = lab.driver({ host: 'node-b' });
    expect(await ask(other)).toMatchObject({ standing: 'queued', ahead: 1 });
    lab.proxy.faults.add('get', fault, { times: 1 });
    // Who may not read the line still learns where its own lock stands, for that is another request.
    const answer = other.checkLock(null, never);
    if (kind === DENIED) expect(await answer.catch(failureOnly)).not.toMatchObject({ standing: 'held' });
    else expect(await failureOf(answer)).toMatchObject({ kind });
    expect(await other.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 1 });
    await lock.releaseLock(null, never);
    expect(await other.checkLock(null, never)).toMatchObject({ standing: 'held' });
  });

  test('ping_transaction: is no word that the lock is gone', async () => {
    const { lab, lock } = await heldLock();
    lab.proxy.faults.add('ping_transaction', fault, { times: 1 });
    expect([kind, TROUBLE]).toContain((await failureOf(lock.renewLock(null, never))).kind);
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed', leaseLeftMs: leaseMs });
    expectOneLock(lab);
  });

  test('abort_transaction: is asked again, and nothing is left', async () => {
    const { lab, lock } = await heldLock();
    lab.proxy.faults.add('abort_transaction', fault, { times: 1 });
    expect(await failureOf(lock.releaseLock(null, never))).toMatchObject({ kind });
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(lab.proxy.inspect.transactions()).toEqual([]);
    expect(lab.proxy.inspect.locks(path)).toEqual([]);
  });
});

const REQUESTS = ['start_transaction', 'create', 'lock', 'ping_transaction', 'abort_transaction'];

describe('a request that its sender gives up', () => {
  test.each(REQUESTS)('and that is carried out after that, %s: is one with the next', async (command) => {
    const { lab, proxy, lock } = await behindProxy(command === 'ping_transaction' ? 8_000 : 4_000);
    const whileAsking = command !== 'ping_transaction' && command !== 'abort_transaction';
    if (whileAsking) {
      proxy.breakNext(command, 'late');
      expect(await failureOf(ask(lock))).toMatchObject({ kind: TROUBLE });
      await proxy.settled();
    }
    expect(await ask(lock)).toMatchObject({ standing: 'held' });
    expectOneLock(lab);
    if (command === 'ping_transaction') {
      proxy.breakNext(command, 'late');
      expect(await failureOf(lock.renewLock(null, never))).toMatchObject({ kind: TROUBLE });
      expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    }
    if (command === 'abort_transaction') {
      proxy.breakNext(command, 'late');
      expect(await failureOf(lock.releaseLock(null, never))).toMatchObject({ kind: TROUBLE });
      await proxy.settled();
    }
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(lab.proxy.inspect.transactions()).toEqual([]);
  });
});

describe('a request that comes twice', () => {
  test.each(REQUESTS)('%s: is one', async (command) => {
    const { lab, proxy, lock } = await behindProxy();
    proxy.breakNext(command, 'doubled');
    expect(await ask(lock)).toMatchObject({ standing: 'held' });
    expectOneLock(lab);
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(lab.proxy.inspect.transactions()).toEqual([]);
  });
});

/** With a lease that is short a request that gets no answer is given up soon, though not before a busy host answers. */
async function behindProxy(lease = leaseMs) {
  const lab = await openLab();
  const proxy = await startFaultyProxy(lab.proxy.url);
  return { lab, proxy, lock: lab.driver({ proxy: proxy.url, leaseMs: lease }) };
}

function failureOnly(error: unknown): Failed {
  if (error instanceof Failed) return error;
  throw error;
}

async function heldLock() {
  const lab = await openLab();
  makeNode(lab.proxy.cluster, path);
  const lock = lab.driver();
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
  return { lab, lock };
}

function expectOneLock({ proxy }: Lab): void {
  expect(proxy.inspect.transactions()).toHaveLength(1);
  expect(proxy.inspect.locks(path)).toHaveLength(1);
}
