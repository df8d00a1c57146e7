/** Replies that never come, and a server in trouble: each request is applied once, whatever the client saw of it. */
import { expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { failureOf, type Lab, leaseMs, makeNode, never, openLab, path } from './lab.ts';

const ask = (lock: LockServices) => lock.requestLock({ reason: 'changed' }, never);
const sent = ({ proxy }: Lab, command: string) =>
  proxy.inspect.requests.filter((request) => request.command === command);

test.each(['start_transaction', 'lock', 'create', 'get'])(
  'a lost reply of %s leaves one transaction and one place in the line',
  async (command) => {
    const lab = await openLab();
    const lock = lab.driver();
    lab.proxy.faults.add(command, { kind: 'dropReply' }, { times: 1 });
    expect(await failureOf(ask(lock))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await ask(lock)).toMatchObject({ standing: 'held' });
    expect(lab.proxy.inspect.transactions()).toHaveLength(1);
    expect(lab.proxy.inspect.locks(path)).toHaveLength(1);
  },
);

test('a request that is sent again says so, under the same id', async () => {
  const lab = await openLab();
  const lock = lab.driver();
  lab.proxy.faults.add('start_transaction', { kind: 'dropReply' }, { times: 2 });
  await failureOf(ask(lock));
  await failureOf(ask(lock));
  await ask(lock);
  const seen = sent(lab, 'start_transaction').map(({ parameters }) => parameters);
  expect(seen.map((parameters) => parameters?.['retry'])).toEqual([false, true, true]);
  expect(new Set(seen.map((parameters) => parameters?.['mutation_id'])).size).toBe(1);
});

test.each(['start_transaction', 'create', 'lock', 'get'])(
  'a proxy that is down for a while at %s is asked again, and nothing is done twice',
  async (command) => {
    const lab = await openLab();
    const lock = lab.driver();
    const clear = lab.proxy.faults.add(command, { kind: 'status', status: 503, retryAfter: 60 });
    for (let n = 0; n < 3; n += 1) expect(await failureOf(ask(lock))).toMatchObject({ kind: 'lockUnavailable' });
    clear();
    expect(await ask(lock)).toMatchObject({ standing: 'held' });
    expect(lab.proxy.inspect.transactions()).toHaveLength(1);
    expect(lab.proxy.inspect.locks(path)).toHaveLength(1);
  },
);

test.each([
  ['a captive portal', 'lockUnavailable', { kind: 'html' }],
  [
    'a choice of addresses',
    'lockDenied',
    { kind: 'status', status: 300, body: '{"transaction_id":"1-2-3-4","lock_id":"1-2-3-4"}' },
  ],
  ['half of a reply', 'lockUnavailable', { kind: 'cut' }],
  ['a redirect', 'lockDenied', { kind: 'redirect', to: 'http://127.0.0.1:1/' }],
  ['a rate limit', 'lockUnavailable', { kind: 'error', code: 904 }],
  ['a master failover', 'lockUnavailable', { kind: 'error', code: 105 }],
] as const)('%s is no answer, and never a lock', async (_, failureKind, fault) => {
  const lab = await openLab();
  const lock = lab.driver();
  makeNode(lab.proxy.cluster, path);
  for (const command of ['start_transaction', 'lock', 'get']) {
    lab.proxy.faults.add(command, fault, { times: 1 });
    expect(await failureOf(ask(lock))).toMatchObject({ kind: failureKind });
  }
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
  expect(lab.proxy.inspect.locks(path)).toHaveLength(1);
});

test('a request that took long counts its lease from its first sending, and renews nothing', async () => {
  const lab = await openLab();
  const lock = lab.driver();
  const clear = lab.proxy.faults.add('lock', { kind: 'status', status: 503 });
  await failureOf(ask(lock));
  lab.clock.pass(20_000);
  clear();
  expect(await ask(lock)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs - 20_000 });
  expect(sent(lab, 'ping_transaction')).toEqual([]);
});

test('a transaction that ended before its lock was asked for is gone, and replaced by the next request', async () => {
  const lab = await openLab();
  const lock = lab.driver();
  const clear = lab.proxy.faults.add('lock', { kind: 'status', status: 503 });
  await failureOf(ask(lock));
  lab.clock.pass(leaseMs + 1);
  clear();
  expect(await ask(lock)).toMatchObject({ standing: 'gone' });
  expect(sent(lab, 'start_transaction')).toHaveLength(1);
  expect(await ask(lock)).toMatchObject({ standing: 'held', leaseLeftMs: leaseMs });
  expect(sent(lab, 'start_transaction')).toHaveLength(2);
});

test('a lock that is lost as soon as it is asked for is asked for once', async () => {
  const lab = await openLab();
  lab.proxy.faults.add('lock', { kind: 'error', code: 11000 });
  expect(await ask(lab.driver())).toMatchObject({ standing: 'gone' });
  expect(sent(lab, 'lock')).toHaveLength(1);
});
