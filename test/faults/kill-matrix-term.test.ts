/**
 * Goal: a run that is told to stop, wherever it is, stops, gives everything back and says so.
 * Method: a real run is held up in each state and gets SIGTERM; then the next runs start here and on another node.
 */
import { existsSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { testBesideOthers } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { expectOneAtATime, intentOf, statisticsOf } from './aftermath.ts';
import { NEXT_RUN, startBench } from './parking.ts';
import { processesOf } from './processes-of.ts';
import { runIdOf } from './recorded.ts';
import { withoutTracer } from './slow-calls.ts';
import { CELLS_AT_ONCE, STATES } from './states.ts';

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

describe('SIGTERM', () => {
  for (const state of STATES) {
    testBesideOthers(state.title, async () => {
      const bench = await startBench();
      const { victim, other, yt } = bench;
      const { running, goOn } = await state.park(bench);
      const others = yt.inspect.transactions().length - Number(state.transaction);
      running.child.kill('SIGTERM');
      if (state.goesOnToEnd) goOn();
      const ended = await running.ended;
      expect(ended).toMatchObject({ code: state.terminated, signal: state.terminated === null ? 'SIGTERM' : null });
      expect(ended.stdout).toBe('');
      expect(withoutTracer(ended.stderr)).toMatch(state.terminated === 143 ? /^watcher: [^\n]+SIGTERM[^\n]*\n$/ : /^$/);

      expect(existsSync(victim.path('run/watcher.pid'))).toBe(false);
      expect(yt.inspect.transactions()).toHaveLength(others);
      expect(intentOf(victim)).toBe(null);
      expect(statisticsOf(victim)).toEqual(
        state.countedWhenTerminated
          ? expect.objectContaining({
              TotalLockedRuns: 1,
              Errors: 0,
              HaproxyRefreshTry: Number(state.refresh !== 'none'),
              HaproxyRefreshSuccess: Number(state.refresh === 'done'),
            })
          : null,
      );
      if (existsSync(bench.recording)) {
        const runId = runIdOf(bench.recording);
        await until('no process of the stopped run is left', () => processesOf(runId).length === 0);
      }
      goOn();

      const next = await Promise.all([victim, other].map((node) => node.run(NEXT_RUN)));
      expect(next).toMatchObject([
        { code: 10, stderr: '' },
        { code: 10, stderr: '' },
      ]);
      expectOneAtATime(bench.refreshes());
      // The request that was under way may have been granted to nobody; its transaction ends with its lease.
      await until('nothing is left of it', () => yt.inspect.transactions().length === 0);
      expect(statisticsOf(victim)).toMatchObject({
        TotalLockedRuns: Number(state.countedWhenTerminated) + 1,
        Errors: 0,
      });
    });
  }
});
