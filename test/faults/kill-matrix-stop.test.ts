/**
 * Goal: a run that was not scheduled for longer than its lease, where it has one, touches nothing with a lock that has passed to others.
 * Method: a real run is held up in each state and stopped; another node refreshes; then the run goes on.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, vi } from 'vitest';
import { testBesideOthers } from '../support/current-test.ts';
import { expectOneAtATime, intentOf, statisticsOf } from './aftermath.ts';
import { EndedTooSoon, NEXT_RUN, startBench } from './parking.ts';
import { processesOf } from './processes-of.ts';
import { runIdOf } from './recorded.ts';
import { withoutTracer } from './slow-calls.ts';
import { CELLS_AT_ONCE, type ParkedState, STATES } from './states.ts';

/** Short enough to wait for. A host that is too busy for it gets a longer one. */
const LEASE_MS = 6_000;
const LONGEST_LEASE_MS = 100_000;

/** On a busy host the stop may outlast the time that a group is asked for, which is 10 s: then its answer comes too late. */
const DISCOVERY_PATIENCE_MS = 8_000;

const LOCK_LOST = 6;
const UNANSWERED = 4;
const LAST_LINES: ReadonlyMap<number, RegExp> = new Map([
  [LOCK_LOST, /^watcher: [^\n]*lock[^\n]*\n$/],
  [UNANSWERED, /^watcher: [^\n]*front[^\n]*\n$/],
]);

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

describe('SIGSTOP for longer than the lease, then SIGCONT', () => {
  for (const state of STATES) {
    testBesideOthers(state.title, async () => {
      const isLeaseOver = state.transaction || state.title.startsWith('awaiting');
      const { bench, parked, leaseMs } = isLeaseOver ? await parkWithLease(state, LEASE_MS) : await parkIn(state);
      const { victim, other, yt } = bench;
      const { running, goOn, letCallGo } = parked;
      running.child.kill('SIGSTOP');
      const stoppedAt = performance.now();
      goOn();

      expect(await other.run(NEXT_RUN)).toMatchObject({ code: 10, stderr: '' });
      const here = await victim.run(NEXT_RUN);
      expect(here).toMatchObject({ code: state.isNodeTaken ? 13 : 10, stderr: '' });
      if (isLeaseOver) await pause(Math.max(0, leaseMs * 1.2 - (performance.now() - stoppedAt)));
      const isLate = performance.now() - stoppedAt > DISCOVERY_PATIENCE_MS;
      running.child.kill('SIGCONT');
      letCallGo();

      const ended = await running.ended;
      const isUnanswered = isLate && state.title === 'resolving' && ended.code === UNANSWERED;
      const continued = isUnanswered ? UNANSWERED : state.continued;
      expect(ended).toMatchObject({ code: continued, signal: null });
      expect(withoutTracer(ended.stderr)).toMatch(LAST_LINES.get(continued) ?? /^$/);
      expect(yt.inspect.transactions()).toEqual([]);
      expect(existsSync(victim.path('run/watcher.pid'))).toBe(false);
      expect(intentOf(victim)).toBe(null);
      if (existsSync(bench.recording)) expect(processesOf(runIdOf(bench.recording))).toEqual([]);
      // Only a host that stood still in the middle of its refresh may overlap with others, and that run says so.
      if (state.refresh !== 'running') expectOneAtATime(bench.refreshes());
      const failed = LAST_LINES.has(continued);
      expect(statisticsOf(victim)).toMatchObject({
        TotalLockedRuns: state.isNodeTaken ? 1 : 2,
        Errors: Number(failed),
        HaproxyRefreshTry: Number(!failed || state.refresh !== 'none') + Number(!state.isNodeTaken),
        HaproxyRefreshSuccess: Number(!failed) + Number(!state.isNodeTaken),
      });
    });
  }
});

/** A run that loses its lock on the way shows nothing of what it does there: another one gets more time. */
async function parkWithLease(state: ParkedState, leaseMs: number): ReturnType<typeof parkIn> {
  try {
    return await parkIn(state, leaseMs);
  } catch (error) {
    const wasTooSlow = error instanceof EndedTooSoon && error.code === LOCK_LOST;
    if (!wasTooSlow || leaseMs > LONGEST_LEASE_MS) throw error;
    return parkWithLease(state, 2 * leaseMs);
  }
}

async function parkIn(state: ParkedState, leaseMs?: number) {
  const bench = await startBench(leaseMs);
  return { bench, parked: await state.park(bench), leaseMs: leaseMs ?? 0 };
}
