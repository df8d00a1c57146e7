/** The lock on a real etcd, beside its own client. */
import { beforeEach, describe, expect, test } from 'vitest';
import { HttpProblem } from '../../../src/http/problem.ts';
import { type EtcdServer, etcdOfFile } from '../../support/etcd-server.ts';
import { needs } from '../../support/needs.ts';
import { standingOf } from '../../support/standing-of.ts';
import { until } from '../../support/until.ts';
import { failureOf } from '../yt/lab.ts';
import { CLAIM, type DriverOptions, driver, never } from './lab.ts';

const etcd = etcdOfFile();
let server: EtcdServer;
let count = 0;
let name = '';

beforeEach(() => {
  needs('etcd', 'etcdctl');
  server = etcd();
  count += 1;
  name = `/watcher/test-${count}`;
});

const contender = (host: string, options: Partial<DriverOptions> = {}) =>
  driver({ endpoints: [server.url], name, host, ...options });

async function keysOf(): Promise<string[]> {
  return (await server.ctl('get', '--prefix', `${name}/`, '--keys-only')).split('\n').filter((key) => key !== '');
}

/** Deletes the key that came first. */
async function deleteFirst(): Promise<void> {
  const [key] = (await server.ctl('get', '--prefix', `${name}/`, '--keys-only', '--sort-by', 'CREATE')).split('\n');
  await server.ctl('del', key!);
}

test('a check waits until the one right before us has gone, and the line is kept', async () => {
  const [a, b, c] = [contender('a'), contender('b'), contender('c', { watchMs: 50 })];
  expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held', ahead: 0 });
  expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: 1, checkWaits: true });
  expect(await c.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: 2, holder: { host: 'a' } });
  const granted = b.checkLock(null, never);
  await a.releaseLock(null, never);
  expect(await granted).toMatchObject({ standing: 'held' });
  expect(await c.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 1, holder: { host: 'b' } });
  await b.releaseLock(null, never);
  expect(await c.checkLock(null, never)).toMatchObject({ standing: 'held' });
  await c.releaseLock(null, never);
  expect(await keysOf()).toEqual([]);
});

test('a check answers after a while although nothing has changed', async () => {
  const [a, b] = [contender('a'), contender('b', { watchMs: 30 })];
  await a.requestLock(CLAIM, never);
  await b.requestLock(CLAIM, never);
  expect(await b.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 1, checkWaits: true });
});

test('a check is left when its run stops', async () => {
  const [a, b] = [contender('a'), contender('b')];
  await a.requestLock(CLAIM, never);
  await b.requestLock(CLAIM, never);
  const stop = new AbortController();
  const check = failureOf(b.checkLock(null, stop.signal));
  stop.abort();
  expect(await check).toMatchObject({ kind: 'aborted' });
});

test('the time when a waiter got the lock is said, not when it got in line', async () => {
  let wallMs = Date.parse('2026-01-01T00:00:00Z');
  const clocks = { monotonicMs: () => performance.now(), bootMs: () => performance.now(), wallMs: () => wallMs };
  const [a, b, c] = ['a', 'b', 'c'].map((host) => contender(host, { watchMs: 30, clocks }));
  await a!.requestLock(CLAIM, never);
  await b!.requestLock(CLAIM, never);
  wallMs += 60_000;
  await a!.releaseLock(null, never);
  await b!.checkLock(null, never);
  await c!.requestLock(CLAIM, never);
  await until('the holder says since when', async () => {
    const { holder } = await standingOf(c!.checkLock(null, never));
    return holder?.since === '2026-01-01T00:01:00.000Z';
  });
});

describe('etcdctl lock', () => {
  test('waits for us, and we for it', async () => {
    const [a, b] = [contender('a'), contender('b')];
    await a.requestLock(CLAIM, never);
    const official = server.spawnCtl('lock', name);
    let printed = '';
    official.stdout!.on('data', (chunk) => {
      printed += chunk;
    });
    await until('etcdctl is in line', async () => (await keysOf()).length === 2);
    expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: 2 });
    expect(printed).toBe('');
    await a.releaseLock(null, never);
    await until('etcdctl has the lock', () => printed !== '');
    expect(printed).toMatch(new RegExp(`^${name}/[0-9a-f]+\n+$`));
    const { holder } = await standingOf(b.requestLock(CLAIM, never));
    expect(holder).toMatchObject({
      title: `the owner of key ${printed.trim()}, lease ${printed.trim().split('/').at(-1)}`,
    });
    const granted = b.checkLock(null, never);
    official.kill('SIGTERM');
    expect(await granted).toMatchObject({ standing: 'held' });
  });
});

describe('the loss of the lock is the word of a renewal, and it is not taken again in silence,', () => {
  test.each([
    [
      'when its lease is revoked',
      async () => {
        const [key] = await keysOf();
        await server.ctl('lease', 'revoke', key!.split('/').at(-1)!);
      },
    ],
    ['when its key is deleted', deleteFirst],
    [
      'when its key is deleted and made by somebody else',
      async () => {
        const [key] = await keysOf();
        await server.ctl('del', key!);
        await server.ctl('put', key!, 'mine');
      },
    ],
  ])('%s', async (_, end) => {
    const a = contender('a');
    await a.requestLock(CLAIM, never);
    await end();
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await a.checkLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
  });

  test('but who only waited gets in line again', async () => {
    const [a, b] = [contender('a'), contender('b', { watchMs: 30 })];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const waiting = (
      await server.ctl('get', '--prefix', `${name}/`, '--keys-only', '--sort-by', 'CREATE', '--order', 'DESCEND')
    ).split('\n')[0]!;
    await server.ctl('del', waiting);
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: 1 });
    expect(await keysOf()).toHaveLength(2);
  });
});

describe('an answer that never comes', () => {
  const lose = (path: string) => {
    let isLost = false;
    return (request: { readonly url: string }) => {
      if (isLost || !request.url.endsWith(path)) return;
      isLost = true;
      throw new HttpProblem('truncated', 'the connection ended');
    };
  };

  test.each(['lease/grant', 'kv/txn'])('to %s takes no second place in line', async (path) => {
    const [a, b] = [contender('a'), contender('b')];
    await a.requestLock(CLAIM, never);
    const c = contender('c', { after: lose(path) });
    expect(await failureOf(c.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
    await b.requestLock(CLAIM, never);
    expect(await c.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: path === 'kv/txn' ? 1 : 2 });
    expect(await keysOf()).toHaveLength(3);
    expect((await server.ctl('lease', 'list')).match(/^[0-9a-f]+$/gm)!.length).toBeGreaterThanOrEqual(3);
  });

  test.each(['lease/grant', 'kv/txn'])('to %s leaves nothing behind when the run gives up', async (path) => {
    const leases = async (): Promise<readonly string[]> =>
      (await server.ctl('lease', 'list')).match(/^[0-9a-f]+$/gm) ?? [];
    const before = await leases();
    const a = contender('a', { after: lose(path) });
    await failureOf(a.requestLock(CLAIM, never));
    await a.releaseLock(null, never);
    expect(await keysOf()).toEqual([]);
    // Those of the tests before may end meanwhile.
    expect((await leases()).filter((lease) => !before.includes(lease))).toEqual([]);
  });

  test('to a release is asked for again', async () => {
    const a = contender('a', { after: lose('lease/revoke') });
    await a.requestLock(CLAIM, never);
    await a.releaseLock(null, never);
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    expect(await keysOf()).toEqual([]);
  });
});

test('a lease that etcd makes longer than was asked for never makes ours longer, and is noted once', async () => {
  const notes: string[] = [];
  const a = contender('a', { leaseMs: 1_000, note: (line) => notes.push(line) });
  const { leaseLeftMs } = await standingOf(a.requestLock(CLAIM, never));
  expect(leaseLeftMs).toBeLessThanOrEqual(1_000);
  await a.renewLock(null, never);
  expect(notes).toEqual([expect.stringContaining('etcd keeps the lock of a dead holder for 2s, longer than 1s')]);
});

test('with several endpoints, one that is down costs one try', async () => {
  const a = contender('a', { endpoints: ['http://127.0.0.1:1', server.url] });
  expect(await failureOf(a.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
  expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
});
