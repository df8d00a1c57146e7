/**
 * Goal: a run that is killed with -9 wherever it is leaves nothing that the next runs cannot cope with by themselves.
 * Method: a real run is held up in each state and killed; then the next run starts here, and where a run may be for long
 * on another node as well. With each the lock service says that it has nothing of the killed one any more.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { testBesideOthers } from '../support/current-test.ts';
import { intentOf, statisticsOf } from './aftermath.ts';
import { expectNextRunsToRefresh, untilVictimIsGone } from './next-runs.ts';
import { startBench } from './parking.ts';
import { withoutTracer } from './slow-calls.ts';
import { CELLS_AT_ONCE, STATES } from './states.ts';

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

describe('kill -9', () => {
  for (const state of STATES) {
    testBesideOthers(state.title, async () => {
      const bench = await startBench();
      const { victim, yt } = bench;
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
      await untilVictimIsGone(bench);

      endLease();
      await expectNextRunsToRefresh(bench, state.transaction, endLease);
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
