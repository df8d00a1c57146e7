/**
 * Goal: no fault of any one request leaves a place that nobody knows, takes one twice, or is read as an answer. Method:
 * every fault at every request to a real etcd, once; then the same is asked again until it works, as the machine would.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { type EtcdServer, etcdOfFile } from '../../support/etcd-server.ts';
import { type FaultyProxy, type NetworkFault, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { needs } from '../../support/needs.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, driver, never } from './lab.ts';

const etcd = etcdOfFile();
let server: EtcdServer;
let proxy: FaultyProxy;
let count = 0;
let name = '';

beforeEach(async () => {
  needs('etcd', 'etcdctl');
  server = etcd();
  proxy = await startFaultyProxy(server.url);
  count += 1;
  name = `/watcher/fault-${count}`;
});

const TROUBLES: readonly NetworkFault[] = [
  ...(['lostRequest', 'lostReply', 'cutReply', 'late', 'emptyReply'] as const),
  ...[408, 429, 500, 502, 503, 504],
];

/** Where a request gets no answer, it is to be given up soon, though not before a busy host answers the others. */
const leaseMsOf = (fault: NetworkFault | null) => (fault === 'late' ? 8_000 : 30_000);

const contender = (host: string, fault: NetworkFault | null, url = proxy.url): LockServices =>
  driver({ endpoints: [url], name, host, leaseMs: leaseMsOf(fault) });
const ask = (lock: LockServices) => lock.requestLock(CLAIM, never);

async function left(): Promise<readonly string[]> {
  return (await server.ctl('get', '--prefix', `${name}/`, '--keys-only')).split('\n').filter((key) => key !== '');
}

describe.each(TROUBLES)('a request that meets %s', (fault) => {
  test.each(['lease/grant', 'kv/txn'])('%s: is asked again, and one place is taken', async (path) => {
    const lock = contender('a', fault);
    proxy.breakNext(path, fault);
    expect(await failureOf(ask(lock))).toMatchObject({ kind: 'lockUnavailable' });
    await proxy.settled();
    expect(await ask(lock)).toMatchObject({ standing: 'held' });
    expect(await left()).toHaveLength(1);
    await lock.releaseLock(null, never);
    expect(await left()).toEqual([]);
  });

  test('lease/keepalive: is no word that the lock is gone', async () => {
    const lock = contender('a', fault);
    await ask(lock);
    proxy.breakNext('lease/keepalive', fault);
    expect(await failureOf(lock.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await lock.releaseLock(null, never);
  });

  test('kv/txn, of where we stand: the place is kept', async () => {
    const [holder, waiting] = [contender('a', fault, server.url), contender('b', fault)];
    await ask(holder);
    expect(await ask(waiting)).toMatchObject({ standing: 'queued', ahead: 1 });
    // Nothing is waited for: where we stand is asked at once.
    for (let check = 0; check < 2; check += 1) proxy.breakNext('watch', 'emptyReply');
    proxy.breakNext('kv/txn', fault);
    expect(await failureOf(waiting.checkLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    await holder.releaseLock(null, never);
    expect(await waiting.checkLock(null, never)).toMatchObject({ standing: 'held' });
    await waiting.releaseLock(null, never);
  });

  test.each(['kv/txn', 'lease/revoke'])('%s, to give it back: nothing is left', async (path) => {
    const lock = contender('a', fault);
    await ask(lock);
    proxy.breakNext(path, fault);
    await lock.releaseLock(null, never).catch(({ failure }) => expect(failure.kind).toBe('lockUnavailable'));
    expect(await lock.releaseLock(null, never)).toEqual({ released: true });
    expect(await left()).toEqual([]);
  });
});

test.each(['lease/grant', 'kv/txn', 'lease/keepalive', 'lease/revoke'])('%s: twice is once', async (path) => {
  const lock = contender('a', null);
  if (path !== 'lease/keepalive' && path !== 'lease/revoke') proxy.breakNext(path, 'doubled');
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
  expect(await left()).toHaveLength(1);
  proxy.breakNext(path, 'doubled');
  expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  expect(await lock.releaseLock(null, never)).toEqual({ released: true });
  expect(await left()).toEqual([]);
});

test.each([['emptyReply'], [500], ['lostRequest']] as const)(
  'after a watch that meets %s the next check is paused before',
  async (fault) => {
    const [holder, waiting] = [contender('a', null, server.url), contender('b', null)];
    await ask(holder);
    await ask(waiting);
    proxy.breakNext('watch', fault);
    expect(await waiting.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 1, checkWaits: false });
    for (const lock of [holder, waiting]) await lock.releaseLock(null, never);
  },
);
