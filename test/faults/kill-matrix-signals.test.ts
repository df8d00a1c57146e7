/**
 * Goal: a run that is told to stop, wherever it is, stops, gives everything back and says so.
 * Method: a real run is held up in each state and gets SIGTERM, or one of the other signals that would end it in the
 * states where it waits longest. In each cell the lock service says that it has nothing of the run any more, and so do
 * the files of this node. After SIGTERM and SIGHUP the next run starts here; after both on another node as well, where a
 * run may be for long.
 */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, vi } from 'vitest';
import { ABORT_SIGNALS, type AbortSignalName } from '../../machines/vocabulary.ts';
import { testBesideOthers } from '../support/current-test.ts';
import { intentOf, statisticsOf } from './aftermath.ts';
import { expectNextRunsToRefresh, untilVictimIsGone } from './next-runs.ts';
import { startBench } from './parking.ts';
import { withoutTracer } from './slow-calls.ts';
import { CELLS_AT_ONCE, LONGEST, type ParkedState, STATES, STOPPED } from './states.ts';

/** What the run gets to see the signal before the call that holds it up goes on. */
const SEEN_MS = 500;

vi.setConfig({ maxConcurrency: CELLS_AT_ONCE });

/** After which next runs follow: what the others leave behind is held to be the same. */
const FOLLOWED: readonly AbortSignalName[] = ['SIGTERM', 'SIGHUP'];

const OTHERS = ABORT_SIGNALS.filter((signal) => signal !== 'SIGTERM');

const CELLS: readonly (readonly [AbortSignalName, ParkedState])[] = [
  ...STATES.map((state) => ['SIGTERM', state] as const),
  ...OTHERS.map((signal, index) => [signal, stateNamed(LONGEST[index % LONGEST.length]!)] as const),
];

describe('a run that gets', () => {
  for (const [signal, state] of CELLS) {
    testBesideOthers(`${signal}: ${state.title}`, async () => {
      const bench = await startBench();
      const { victim, yt } = bench;
      const { running, goOn, letCallGo, endLease } = await state.park(bench);
      const others = yt.inspect.transactions().length - Number(state.transaction);
      running.child.kill(signal);
      if (state.goesOnToEnd) goOn();
      await pause(SEEN_MS);
      letCallGo();
      const ended = await running.ended;
      const code = state.terminated === STOPPED ? 128 + constants.signals[signal] : state.terminated;
      expect(ended).toMatchObject({ code, signal: code === null ? signal : null });
      expect(ended.stdout).toBe('');
      const said = state.terminated === STOPPED ? `^watcher: stopped by ${signal}; [^\n]+\n$` : '^$';
      expect(withoutTracer(ended.stderr)).toMatch(new RegExp(said));

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
      await untilVictimIsGone(bench);
      goOn();

      if (!FOLLOWED.includes(signal)) return;
      await expectNextRunsToRefresh(bench, LONGEST.includes(state.title), endLease);
      expect(statisticsOf(victim)).toMatchObject({
        TotalLockedRuns: Number(state.countedWhenTerminated) + 1,
        Errors: 0,
      });
    });
  }
});

function stateNamed(title: string): ParkedState {
  return STATES.find((state) => state.title === title)!;
}
