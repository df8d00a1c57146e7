/**
 * Goal: every lock service does the same for a run. Method: one suite over the table of services.ts: what the
 * sandbox plays, real services where they are installed, a file. What a service cannot do (lose a reply, be stopped) its row leaves out.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LockAnswer } from '../../machines/side-effects.ts';
import { HttpProblem } from '../../src/http/problem.ts';
import type { Board } from '../../src/locks/board.ts';
import { failureOf } from '../locks/yt/lab.ts';
import { bundle } from '../support/bundle.ts';
import { currentTest } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { standingOf } from '../support/standing-of.ts';
import { until } from '../support/until.ts';
import { type Contender, contender, type Weather } from './contender.ts';
import type { Order } from './contender-process.ts';
import type { Pace } from './pace.ts';
import { type OpenService, ROWS } from './services.ts';

const CLAIM = { reason: 'changed' } as const;
const never = new AbortController().signal;
const LEASE = { lock_lease: '10s', kill_grace: '1s' };

describe.each(ROWS)('$lock', ({ needs: wanted, leaseEnds, keepsOrder, shortestLease, open }) => {
  let service: OpenService;

  /** How many are before one at this place, as far as the service can tell. */
  const inLine = (place: number): number | null => (keepsOrder ? place : null);

  async function opened(...asked: readonly (keyof OpenService)[]): Promise<OpenService> {
    return openedAt('real', ...asked);
  }

  async function openedAt(pace: Pace, ...asked: readonly (keyof OpenService)[]): Promise<OpenService> {
    needs(...wanted);
    service = await open(pace);
    for (const each of asked) if (service[each] === undefined) currentTest().skip(`it has no ${each}`);
    return service;
  }

  async function node(host: string, weather: Weather = {}, flags = service.flags): Promise<Contender> {
    const lock = await contender(host, { ...LEASE, ...flags }, weather);
    onTestFinished(() => lock.close());
    return lock;
  }

  /** Asks until the lock is ours, and keeps its place meanwhile, as the machine does. */
  async function granted(lock: Contender, first?: LockAnswer): Promise<LockAnswer> {
    let answer = first ?? (await lock.requestLock(CLAIM, never));
    while (answer.standing === 'queued') {
      if (!answer.checkWaits) await pause(5);
      answer = await lock.checkLock(null, never);
      if (answer.standing === 'queued') await lock.renewLock(null, never);
    }
    return answer;
  }

  test('never has two holders, and serves all', async () => {
    await opened();
    let inside = 0;
    let entries = 0;
    const rounds = async (host: string): Promise<void> => {
      const lock = await node(host);
      for (let round = 0; round < 6; round += 1) {
        await granted(lock);
        inside += 1;
        entries += 1;
        expect(inside).toBe(1);
        expect(await lock.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
        expect(inside).toBe(1);
        inside -= 1;
        await lock.releaseLock(null, never);
      }
    };
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(rounds));
    expect(entries).toBe(36);
  });

  test('says who is before whom, and serves first who came first where the service keeps a line', async () => {
    await opened();
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
    if (!keepsOrder) return;
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
    await opened();
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    await c.requestLock(CLAIM, never);
    expect(await b.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: inLine(1) });
    expect(await a.requestLock(CLAIM, never)).toMatchObject({ standing: 'held' });
  });

  test('leaves the line to the others when a waiter leaves', async () => {
    await opened();
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const third = await c.requestLock(CLAIM, never);
    await b.releaseLock(null, never);
    await a.releaseLock(null, never);
    expect(await granted(c, third)).toMatchObject({ standing: 'held' });
  });

  test('gives back what is given back already, and what was never asked for', async () => {
    await opened();
    const a = await node('a');
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    await a.requestLock(CLAIM, never);
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
  });

  test('that was taken away is lost with the next renewal, and given back without hurting the next holder', async () => {
    const { endLease } = await opened('endLease');
    const [a, b] = [await node('a'), await node('b')];
    await a.requestLock(CLAIM, never);
    const second = await b.requestLock(CLAIM, never);
    await endLease!();
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    expect(await a.checkLock(null, never)).toMatchObject({ standing: 'gone' });
    await a.releaseLock(null, never);
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  test('takes no second place however one request or reply is lost', async () => {
    const { flags } = await opened();
    if (flags['lock'] === 'file') currentTest().skip('it sends nothing');
    for (const half of ['before', 'after'] as const) {
      for (let lost = 1; lost <= 4; lost += 1) {
        let count = 0;
        const drop = (): void => {
          count += 1;
          if (count === lost) throw new HttpProblem('truncated', 'the connection ended');
        };
        const [a, c] = [await node('a'), await node('c')];
        await a.requestLock(CLAIM, never);
        const b = await node('b', { [half]: drop });
        const first = await b.requestLock(CLAIM, never).catch(() => b.requestLock(CLAIM, never));
        expect(first).toMatchObject({ standing: 'queued', ahead: inLine(1) });
        expect(await c.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: inLine(2) });
        for (const each of [c, b, a]) await each.releaseLock(null, never).catch(() => each.releaseLock(null, never));
        expect(await (await node('d')).requestLock(CLAIM, never), `${half} ${lost}`).toMatchObject({
          standing: 'held',
        });
        await service.endLease?.();
        if (service.endLease === undefined) service = await open('real');
      }
    }
  });

  test('is kept over a restart of the service, whose absence is trouble and no loss', async () => {
    const { stop, start } = await opened('stop', 'start');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    await stop!();
    expect(await failureOf(a.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await failureOf(b.checkLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await failureOf(c.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
    await start!();
    await until('the service answers', () => a.renewLock(null, never).catch(() => null));
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await a.releaseLock(null, never);
    expect(await granted(b, await b.checkLock(null, never))).toMatchObject({ standing: 'held' });
  });

  test('is refused for good to who has no right to it', async () => {
    const { deny } = await opened('deny');
    const lock = await node('a', {}, await deny!());
    expect(await failureOf(lock.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockDenied' });
  });

  test('is waited for when the service’s own client has it', async () => {
    const { takeOfficially } = await opened('takeOfficially');
    const giveBack = await takeOfficially!();
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

  test('tells who has it to who is not in line, and is taken away from just that one', async () => {
    const { flags } = await opened();
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
    if (flags['lock'] === 'file') {
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

  describe('has a board', () => {
    async function board(host: string, weather?: Weather): Promise<Board> {
      return (await node(host, weather)).board;
    }

    test('that all nodes read and write, whoever has the lock', async () => {
      await opened();
      const [a, b] = [await board('a'), await board('b')];
      expect(await a.read('brake', never)).toBe(null);
      expect(await a.nodes(never)).toEqual([]);
      await a.remove('brake', never);
      const holder = await node('holder');
      await granted(holder);
      await a.write({ name: 'brake', text: '{"why":"for a reason: – ü \\" \u0001"}' }, never);
      expect(await b.read('brake', never)).toBe('{"why":"for a reason: – ü \\" \u0001"}');
      await b.write({ name: 'brake', text: '{}' }, never);
      expect(await a.read('brake', never)).toBe('{}');
      await a.write({ name: 'nodes/balancer-1.example.net', text: 'one' }, never);
      await a.write({ name: 'nodes/balancer-2', text: '' }, never);
      expect(new Set(await b.nodes(never))).toEqual(
        new Set([
          { name: 'nodes/balancer-1.example.net', text: 'one' },
          { name: 'nodes/balancer-2', text: '' },
        ]),
      );
      await b.remove('nodes/balancer-2', never);
      await b.remove('brake', never);
      expect(await a.read('brake', never)).toBe(null);
      expect(await a.nodes(never)).toEqual([{ name: 'nodes/balancer-1.example.net', text: 'one' }]);
      expect(await holder.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    });

    test('that takes no place in the line, and outlives who wrote on it', async () => {
      await opened();
      const a = await node('a');
      await a.board.write({ name: 'brake', text: 'kept' }, never);
      await granted(a);
      const second = await (await node('b')).requestLock(CLAIM, never);
      expect(second).toMatchObject({ standing: 'queued', ahead: inLine(1) });
      await a.releaseLock(null, never);
      expect(await (await board('c')).read('brake', never)).toBe('kept');
    });

    test('that says so when it cannot be reached, and is asked once', async () => {
      const { stop } = await opened('stop');
      let asked = 0;
      const { read, write, nodes, remove } = await board('a', {
        before: () => {
          asked += 1;
        },
      });
      await stop!();
      const trouble = { kind: 'lockUnavailable', message: expect.stringMatching(/\w/) };
      expect(await failureOf(read('brake', never))).toMatchObject(trouble);
      expect(asked).toBe(1);
      expect(await failureOf(write({ name: 'brake', text: '' }, never))).toMatchObject(trouble);
      expect(await failureOf(nodes(never))).toMatchObject(trouble);
      expect(await failureOf(remove('brake', never))).toMatchObject(trouble);
    });

    test('that is refused to who has no right to it', async () => {
      const { deny } = await opened('deny');
      const denied = (await node('a', {}, await deny!())).board;
      expect(await failureOf(denied.read('brake', never))).toMatchObject({ kind: 'lockDenied' });
      expect(await failureOf(denied.write({ name: 'brake', text: '' }, never))).toMatchObject({ kind: 'lockDenied' });
    });
  });

  describe('of a process', () => {
    async function processOf(host: string) {
      const lease = { lock_lease: shortestLease, kill_grace: '100ms' };
      const program = bundle('test/conformance/contender-process.ts');
      const child = fork(program, [host, JSON.stringify({ ...service.flags, ...lease })], { execArgv: [] });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child, 'message');
      const ask = async (order: Order): Promise<Record<'answer' | 'failure', unknown>> => {
        const answered = once(child, 'message');
        child.send(order);
        return (await answered)[0] as Record<'answer' | 'failure', unknown>;
      };
      return { child, ask };
    }

    test('that is killed passes to the next', async () => {
      await openedAt('fast');
      const [holder, b] = [await processOf('a'), await node('b')];
      expect(await holder.ask('request')).toMatchObject({ answer: { standing: 'held' } });
      const second = await b.requestLock(CLAIM, never);
      expect(second.standing).toBe('queued');
      holder.child.kill('SIGKILL');
      expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    });

    test('that is stopped for longer than its lease is lost to it, and known to be', async () => {
      await openedAt('fast');
      if (!leaseEnds) currentTest().skip('its lock lasts as long as its owner lives');
      const [holder, b] = [await processOf('a'), await node('b')];
      await holder.ask('request');
      const second = await b.requestLock(CLAIM, never);
      holder.child.kill('SIGSTOP');
      expect(await granted(b, second)).toMatchObject({ standing: 'held' });
      holder.child.kill('SIGCONT');
      expect(await holder.ask('renew')).toMatchObject({ answer: { standing: 'gone' } });
      expect(await holder.ask('release')).toEqual({ answer: { released: true } });
      expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    });
  });
});
