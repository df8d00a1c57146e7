/**
 * Goal: every lock service does the same for a run. Method: one suite over the table of services.ts: what the
 * sandbox plays, real services where they are installed, a file. What a service cannot do (lose a reply, be stopped) its row leaves out.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { failureOf } from '../locks/yt/lab.ts';
import { afterwards, currentTest } from '../support/current-test.ts';
import { standingOf } from '../support/standing-of.ts';
import { CLAIM, granted, never, openBench, persistently } from './bench.ts';
import { rowsUnderTest } from './services.ts';

describe.each(rowsUnderTest())('$lock', (row) => {
  test('never has two holders, and serves all: twenty contenders', async () => {
    const { service, node } = await openBench(row, 'real');
    let inside = 0;
    let entries = 0;
    const rounds = async (host: string): Promise<void> => {
      // So long a lease that a busy host has time to answer twenty of them.
      const lock = await node(host, {}, { ...service.flags, lock_lease: '2m' });
      for (let round = 0; round < row.rounds; round += 1) {
        await persistently(() => granted(lock));
        inside += 1;
        entries += 1;
        expect(inside).toBe(1);
        if (round === 0)
          expect(await persistently(() => lock.renewLock(null, never))).toMatchObject({ standing: 'renewed' });
        await pause(0);
        expect(inside).toBe(1);
        inside -= 1;
        await persistently(() => lock.releaseLock(null, never));
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, at) => rounds(`node-${at}`)));
    expect(entries).toBe(20 * row.rounds);
  });

  test('says who is before whom, and serves first who came first where the service keeps a line', async () => {
    const { node, inLine } = await openBench(row, 'real');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    const asked = Date.now();
    expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held', holder: null });
    const second = await standingOf(b.requestLock(CLAIM, never));
    const third = await standingOf(c.requestLock(CLAIM, never));
    expect([second, third]).toMatchObject([
      { standing: 'queued', ahead: inLine(1), holder: { runId: 'run-a', reason: 'changed', pid: process.pid } },
      { standing: 'queued', ahead: inLine(2), holder: { runId: 'run-a' } },
    ]);
    expect(Math.abs(Date.parse(third.holder!.since!) - asked)).toBeLessThan(60_000);
    if (!row.keepsOrder) return;
    const order: string[] = [];
    const waiting = [granted(c, third).then(() => order.push('c')), granted(b, second).then(() => order.push('b'))];
    await a.releaseLock(null, never);
    await waiting[1];
    expect(order).toEqual(['b']);
    await b.releaseLock(null, never);
    await waiting[0];
    expect(order).toEqual(['b', 'c']);
  });

  test('asked for once more is the same place', async () => {
    const { node, inLine } = await openBench(row, 'real');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    await c.requestLock(CLAIM, never);
    expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: inLine(1) });
    expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  });

  test('leaves the line to the others when a waiter leaves', async () => {
    const { node } = await openBench(row, 'real');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const third = await c.requestLock(CLAIM, never);
    await b.releaseLock(null, never);
    await a.releaseLock(null, never);
    expect(await granted(c, third)).toMatchObject({ standing: 'held' });
  });

  test('gives back what is given back already, and what was never asked for', async () => {
    const { node } = await openBench(row, 'real');
    const a = await node('a');
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    await a.requestLock(CLAIM, never);
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
  });

  test('is neither lost nor taken because the clock of a host is set', async () => {
    const { node } = await openBench(row, 'real');
    const [a, b] = [await node('a'), await node('b')];
    await a.requestLock(CLAIM, never);
    const second = await b.requestLock(CLAIM, never);
    vi.useFakeTimers({ toFake: ['Date'] });
    afterwards(() => vi.useRealTimers());
    for (const hours of [1, -2]) {
      vi.setSystemTime(Date.now() + hours * 3_600_000);
      const renewed = await a.renewLock(null, never);
      expect(renewed).toMatchObject({ standing: 'renewed', leaseLeftMs: expect.any(Number) });
      expect((renewed as { readonly leaseLeftMs: number }).leaseLeftMs).toBeLessThanOrEqual(10_000);
      const stop = AbortSignal.timeout(200);
      const seen = await b.checkLock(null, stop).catch(() => second);
      expect(seen.standing).toBe('queued');
      await b.renewLock(null, never);
    }
    vi.useRealTimers();
    await a.releaseLock(null, never);
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
  });

  test('is refused for good to who has no right to it', async () => {
    const { service, node } = await openBench(row, 'real', 'deny');
    const lock = await node('a', {}, await service.deny!());
    expect(await failureOf(lock.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockDenied' });
  });

  test('is waited for when the service’s own client has it', async () => {
    const { service, node, inLine } = await openBench(row, 'real', 'takeOfficially');
    const giveBack = await service.takeOfficially!();
    const a = await node('a');
    const first = await a.requestLock(CLAIM, never);
    expect(first).toMatchObject({
      standing: 'queued',
      ahead: inLine(1),
      holder: { title: expect.stringMatching(/\w/) },
    });
    await giveBack();
    expect(await granted(a, first)).toMatchObject({ standing: 'held' });
  });

  test('says who has it to who is not in line, and is taken away from just that one', async () => {
    const { service, node, inLine } = await openBench(row, 'real');
    const [a, b, operator] = [await node('a'), await node('b'), await node('operator')];
    expect(await operator.held(never)).toBe(null);
    await granted(a);
    const found = await operator.held(never);
    const about = {
      host: expect.any(String),
      pid: process.pid,
      runId: 'run-a',
      reason: 'changed',
      since: expect.any(String),
    };
    expect(found).toMatchObject({ holder: about, waiting: inLine(0) });
    if (service.flags['lock'] === 'file') {
      expect(await failureOf(found!.takeAway(never))).toMatchObject({ kind: 'lockDenied' });
      return;
    }
    const second = await b.requestLock(CLAIM, never);
    expect(await operator.held(never)).toMatchObject({ waiting: inLine(1) });
    expect(await found!.takeAway(never)).toBe(true);
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    expect(await found!.takeAway(never)).toBe(false);
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await b.releaseLock(null, never);
    expect(await operator.held(never)).toBe(null);
  });

  test('is not taken away from one that has given it back meanwhile, and has it again', async () => {
    const { service, node } = await openBench(row, 'real');
    if (service.flags['lock'] === 'file') currentTest().skip('it is taken away from nobody');
    const [a, operator] = [await node('a'), await node('operator')];
    await granted(a);
    const found = await operator.held(never);
    await a.releaseLock(null, never);
    await granted(a);
    expect(await found!.takeAway(never)).toBe(false);
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });
});
