/**
 * Goal: a run that is killed with -9 wherever it is leaves nothing that the next runs cannot cope with by themselves.
 * Method: a real run is held up in each state and killed; then the next runs start here and on another node.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { LOCK_PATH } from '../support/balancers.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { expectOneAtATime, intentOf, statisticsOf } from './aftermath.ts';
import { NEXT_RUN, startBench } from './parking.ts';
import { processesOf } from './processes-of.ts';
import { runIdOf } from './recorded.ts';
import { withoutTracer } from './slow-calls.ts';
import { CELLS_AT_ONCE, STATES } from './states.ts';

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

describe('kill -9', () => {
  for (const state of STATES) {
    testBesideOthers(state.title, async () => {
      const bench = await startBench();
      const { victim, other, yt } = bench;
      const { running, goOn, letCallGo, endLease } = await state.park(bench);
      expect(yt.inspect.transactions().length > 0).toBe(state.transaction);
      running.child.kill('SIGKILL');
      letCallGo();
      expect(await once(running.child, 'exit')).toEqual([null, 'SIGKILL']);

      expect(existsSync(victim.path('run/watcher.pid'))).toBe(state.pidFile);
      expect(intentOf(victim) !== null).toBe(state.refresh !== 'none' && !state.isIntentCleared);
      expect(statisticsOf(victim)).toEqual(state.counted ? expect.objectContaining({ TotalLockedRuns: 1 }) : null);
      goOn();
      const { stdout, stderr } = await running.ended;
      expect(stdout + withoutTracer(stderr)).toBe('');
      if (existsSync(bench.recording)) {
        const runId = runIdOf(bench.recording);
        await until('no process of the killed run is left', () => processesOf(runId).length === 0);
      }

      endLease();
      // What the lock service does not know of is nothing to other nodes.
      const nodes = state.transaction ? [victim, other] : [victim];
      const next = await Promise.all(nodes.map((node) => node.run(NEXT_RUN)));
      expect(next).toMatchObject(nodes.map(() => ({ code: 10, stderr: '' })));
      expectOneAtATime(bench.refreshes());
      expect(yt.inspect.locks(LOCK_PATH)).toEqual([]);
      // A request that was under way may have been granted to nobody since.
      endLease();
      expect(yt.inspect.transactions()).toEqual([]);
      expect(existsSync(victim.path('run/watcher.pid'))).toBe(false);
      expect(intentOf(victim)).toBe(null);
      const counted = Number(state.counted);
      expect(statisticsOf(victim)).toMatchObject({
        TotalLockedRuns: counted + 1,
        Errors: 0,
        HaproxyRefreshTry: state.refresh === 'none' ? 1 : 2,
        HaproxyRefreshSuccess: counted + 1,
      });
    });
  }
});
