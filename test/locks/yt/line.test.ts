/** Several drivers in one line for one lock: who comes first is served first, and each sees who is before it. */
import { expect, test } from 'vitest';
import type { LockServices } from '../../../machines/side-effects.ts';
import { findNode } from '../../../src/sandbox/yt/state/objects.ts';
import { standingOf } from '../../support/standing-of.ts';
import { makeNode, never, openLab, path } from './lab.ts';

const ask = (lock: LockServices) => standingOf(lock.requestLock({ reason: 'changed' }, never));

test('who comes first is served first, and each release hands the lock over', async () => {
  const { driver } = await openLab();
  const [first, second, third] = ['a', 'b', 'c'].map((host) => driver({ host }));
  expect(await ask(first!)).toMatchObject({ standing: 'held', holder: null, ahead: null });
  expect(await ask(second!)).toMatchObject({ standing: 'queued', ahead: 1, holder: { host: 'a' } });
  expect(await ask(third!)).toMatchObject({ standing: 'queued', ahead: 2, holder: { host: 'a' } });

  await first!.releaseLock(null, never);
  expect(await third!.checkLock(null, never)).toMatchObject({ standing: 'queued', ahead: 1, holder: { host: 'b' } });
  expect(await second!.checkLock(null, never)).toMatchObject({ standing: 'held' });

  await second!.releaseLock(null, never);
  expect(await third!.checkLock(null, never)).toMatchObject({ standing: 'held' });
});

test('who waits sees who has the lock, why, and since when', async () => {
  const { driver, clock } = await openLab();
  const [first, second, third] = ['a', 'b', 'c'].map((host) => driver({ host }));
  await first!.requestLock({ reason: 'forced' }, never);
  clock.pass(5_000);
  await ask(second!);
  const { holder } = await ask(third!);
  expect(holder).toMatchObject({ host: 'a', pid: 4_242, runId: 'run-a', reason: 'forced' });
  expect(holder?.title).toMatch(/^watcher a:4242 run=run-a reason=forced since=\d{4}-/);

  clock.pass(5_000);
  await first!.releaseLock(null, never);
  const next = (await standingOf(third!.checkLock(null, never))).holder;
  // The second one has waited in line; it has had the lock only since the first let go.
  expect(Date.parse(next!.since!) - Date.parse(holder!.since!)).toBeGreaterThan(9_000);
});

test('a question costs one request, and two more where somebody else has the lock by then', async () => {
  const { driver, proxy } = await openLab();
  const [first, second, third] = ['a', 'b', 'c'].map((host) => driver({ host }));
  for (const each of [first, second, third]) await ask(each!);
  const costs = async (): Promise<number> => {
    const before = proxy.inspect.requests.length;
    await third!.checkLock(null, never);
    return proxy.inspect.requests.length - before;
  };
  expect(await costs()).toBe(1);
  await first!.releaseLock(null, never);
  expect([await costs(), await costs()]).toEqual([3, 1]);
  await second!.releaseLock(null, never);
  expect(await costs()).toBe(1);
});

test('who leaves the line does not touch the lock of another', async () => {
  const { driver, proxy } = await openLab();
  const [first, second] = ['a', 'b'].map((host) => driver({ host }));
  await ask(first!);
  await ask(second!);
  await second!.releaseLock(null, never);
  expect(proxy.inspect.locks(path)).toMatchObject([{ state: 'acquired' }]);
  expect(proxy.inspect.transactions()).toMatchObject([{ attributes: { host: 'a' } }]);
  expect(await first!.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
});

test('a holder that cannot be read is no error, and its transaction is known all the same', async () => {
  const { driver, proxy } = await openLab();
  await ask(driver());
  for (const hidden of ['%40locks', '%2F%40&', '%2F%40$']) {
    const unreadable = new RegExp(hidden);
    const watch = ({ url }: { url: string }): void => {
      if (unreadable.test(url)) throw new Error('nobody knows');
    };
    const waiting = driver({ watch });
    const expected = hidden === '%40locks' ? null : expect.any(Number);
    const answer = await ask(waiting);
    expect(answer.standing).toBe('queued');
    expect(answer.ahead).toEqual(expected);
    if (hidden === '%40locks') expect(answer.holder).toBeNull();
    else expect(answer.holder?.transaction).toBe(proxy.inspect.transactions()[0]!.id);
    await waiting.releaseLock(null, never);
  }
});

test('locks of other programs count when they exclude us, and only then', async () => {
  const { driver, proxy } = await openLab();
  const { cluster } = proxy;
  const node = makeNode(cluster, path);
  const foreign = (mode: 'snapshot' | 'shared') => {
    const start = { timeoutMs: null, attributes: {}, parent: null, owner: 'robot', now: new Date() };
    const transaction = cluster.transactions.start(start);
    cluster.locks.take({ node, transaction, mode, key: null, waitable: false });
  };
  foreign('snapshot');
  const first = driver();
  expect(await ask(first)).toMatchObject({ standing: 'held' });
  await first.releaseLock(null, never);
  foreign('shared');
  const second = await ask(driver());
  expect(second).toMatchObject({
    standing: 'queued',
    ahead: 1,
    holder: { title: 'YT user robot', host: null, transaction: expect.stringMatching(/^[0-9a-f-]+$/) },
  });
  expect(second.holder?.since).toMatch(/^\d{4}-/);
});

test('a title that carries our token, or moves the cursor, is shown without them', async () => {
  const { driver, proxy } = await openLab();
  await ask(driver({ host: 'a' }));
  const id = proxy.inspect.transactions()[0]!.id;
  const attributes = proxy.cluster.transactions.get(id).attributes as Record<string, string>;
  attributes['title'] = 'watcher CANARY-2b7e1516 \u001b[2J';
  const { holder } = await ask(driver({ host: 'b' }));
  expect(holder?.title).toBe('watcher [token] \\u{1b}[2J');
});

test('a node of any name is created for everybody, and stays', async () => {
  const { driver, proxy } = await openLab();
  const named = '//home/балансировщики/lock';
  const lock = driver({ path: named });
  expect(await ask(lock)).toMatchObject({ standing: 'held' });
  await lock.releaseLock(null, never);
  const wire = Buffer.from(named, 'utf8').toString('latin1');
  expect(findNode(proxy.cluster, wire, null).type).toBe('map_node');
  expect(proxy.inspect.requests.filter(({ command }) => command === 'lock').map(({ status }) => status)).toEqual([
    400, 200,
  ]);
});
