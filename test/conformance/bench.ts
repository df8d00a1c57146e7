import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { LockAnswer } from '../../machines/side-effects.ts';
import { Failed } from '../../src/failure.ts';
import type { LockDriver } from '../../src/locks/backend.ts';
import { bundle } from '../support/bundle.ts';
import { afterwards, currentTest } from '../support/current-test.ts';
import { needs } from '../support/needs.ts';
import { type Contender, contender, type Weather } from './contender.ts';
import type { Order } from './contender-process.ts';
import type { Pace } from './pace.ts';
import type { Flags, OpenService, Row } from './services.ts';

export const CLAIM = { reason: 'changed' } as const;
export const never = new AbortController().signal;

const LEASE = { lock_lease: '10s', kill_grace: '1s' };

const LACKS: Readonly<Record<keyof OpenService, string>> = {
  flags: 'nothing leads to it',
  deny: 'it refuses nobody, or not at our word',
  expire: 'nothing that it is shown ends, or not at our word',
  endLease: 'its lock lasts as long as its owner lives',
  stop: 'it is not ours to stop, or nothing can be stopped',
  start: 'it is not ours to start, or nothing can be started',
  loseQuorum: 'it is not ours to take its quorum, or it has none',
  takeOfficially: 'its own client is not at hand, or it has none',
};

/** A contender in a process of its own. */
interface ContenderProcess {
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  ask(order: Order): Promise<Readonly<Record<'answer' | 'failure', unknown>>>;
}

/** One lock service for the running test, and nodes that contend for its lock. */
export interface Bench {
  readonly service: OpenService;
  /** How many are before one at this place, as far as the service can tell. */
  inLine(place: number): number | null;
  node(host: string, weather?: Weather, flags?: Flags): Promise<Contender>;
  /** Of the shortest lease there is, as `node` is. */
  shortly(host: string, weather?: Weather): Promise<Contender>;
  processOf(host: string): Promise<ContenderProcess>;
}

/** Opens the service of a row, and leaves the test out where it cannot do what is asked for. */
export async function openBench(row: Row, pace: Pace, ...asked: readonly (keyof OpenService)[]): Promise<Bench> {
  needs(...row.needs);
  const service = await row.open(pace);
  for (const each of asked) if (service[each] === undefined) currentTest().skip(LACKS[each]);
  const short = { lock_lease: row.shortestLease, kill_grace: '100ms' };

  async function node(host: string, weather: Weather = {}, flags: Flags = service.flags): Promise<Contender> {
    const lock = await contender(host, { ...LEASE, ...flags }, weather);
    afterwards(() => lock.close());
    return lock;
  }

  return {
    service,
    inLine: (place) => (row.keepsOrder ? place : null),
    node,
    shortly: (host, weather) => node(host, weather, { ...service.flags, ...short }),
    async processOf(host) {
      const flags = JSON.stringify({ ...service.flags, ...short });
      const child = fork(bundle('test/conformance/contender-process.ts'), [host, flags], { execArgv: [] });
      afterwards(() => void child.kill('SIGKILL'));
      await once(child, 'message');
      return {
        kill: (signal) => void child.kill(signal),
        async ask(order) {
          const answered = once(child, 'message');
          child.send(order);
          return (await answered)[0] as Readonly<Record<'answer' | 'failure', unknown>>;
        },
      };
    },
  };
}

/** Asks until the lock is ours, and keeps its place meanwhile, as the machine does. */
export async function granted(lock: LockDriver, first?: LockAnswer): Promise<LockAnswer> {
  let answer = first ?? (await lock.requestLock(CLAIM, never));
  const askedAt = performance.now();
  let renewedAt = askedAt;
  while (answer.standing === 'queued') {
    // Who is far behind asks seldom, and so does who waits for a lease to end.
    const waitedMs = performance.now() - askedAt;
    if (!answer.checkWaits) await pause(Math.max(10 * (answer.ahead ?? 1) - 5, Math.min(waitedMs / 20, 100)));
    answer = await lock.checkLock(null, never);
    if (answer.standing !== 'queued' || performance.now() - renewedAt < 500) continue;
    renewedAt = performance.now();
    await lock.renewLock(null, never);
  }
  return answer;
}

/** Asks again for as long as the service is only too busy to answer, as the machine does. */
export async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Failed && error.failure.kind === 'lockUnavailable')) throw error;
      await pause(100);
    }
  }
}
