import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LeftRefresh,
  nextStatistics,
  type RunFigures,
  type Statistics,
  zeros,
} from '../../machines/statistics.ts';
import type { Outcome, RunReport } from '../../machines/vocabulary.ts';
import { QUIET_REPORT } from '../support/quiet-report.ts';

const failed: Outcome = { kind: 'failed', failure: { kind: 'lockTimeout', message: 'too late' } };
const outcomes: Outcome[] = [
  { kind: 'refreshed', reason: 'changed' },
  { kind: 'unchanged', why: 'noDifference' },
  { kind: 'wouldRefresh' },
  { kind: 'skipped', why: 'handbrakeEngaged' },
  { kind: 'aborted', signal: 'SIGTERM' },
  failed,
];

/** Of one run that ended well, and refreshed nothing. */
const SUCCESS = {
  ...zeros(),
  LastLockAcquiredTimestamp: 1_000,
  LastSuccessFinishTimestamp: 1_100,
  LastSuccessRunDurationSec: 100,
  TotalLockedRuns: 1,
};

test('a good refresh moves every figure but the errors', () => {
  const next = nextStatistics(zeros(), figures(outcomes[0]!, { refreshStarted: true, refreshSucceeded: true }));
  expect(next).toEqual({
    ...SUCCESS,
    LastRefreshCallTimestamp: 1_050,
    HaproxyRefreshTry: 1,
    HaproxyRefreshSuccess: 1,
  });
});

test('a run that changed nothing is a success as well', () => {
  for (const outcome of outcomes.slice(1, 4)) {
    const next = nextStatistics(zeros(), figures(outcome));
    expect(next).toEqual(SUCCESS);
  }
});

test('a failure is an error and no success, and an abort is neither', () => {
  const before = { ...zeros(), LastSuccessFinishTimestamp: 7, LastSuccessRunDurationSec: 8 };
  const locked = { ...before, LastLockAcquiredTimestamp: 1_000, TotalLockedRuns: 1 };
  const afterFailure = nextStatistics(before, figures(failed));
  expect(afterFailure).toEqual({ ...locked, LastErrorTimestamp: 1_100, Errors: 1 });
  const aborted = nextStatistics(before, figures({ kind: 'aborted', signal: 'SIGINT' }));
  expect(aborted).toEqual(locked);
});

test('a run that took hardly any time took none, and never less than that', () => {
  const durations = [0.2, 0.5, -3].map((durationSec) =>
    nextStatistics(zeros(), { ...figures(outcomes[1]!), durationSec }),
  );
  expect(durations.map(({ LastSuccessRunDurationSec }) => LastSuccessRunDurationSec)).toEqual([0, 1, 0]);
});

test('the refresh of a killed run is one that was tried, with no known success', () => {
  const next = nextStatistics(zeros(), { ...figures(outcomes[1]!), left: left(990.9) });
  expect(next).toMatchObject({ HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 0, LastRefreshCallTimestamp: 990 });
});

test('a refresh that its run could not count is counted with how it ended, and once', () => {
  const uncounted = { left: left(990, true) };
  const next = nextStatistics(zeros(), { ...figures(outcomes[1]!), ...uncounted });
  expect(next).toMatchObject({ HaproxyRefreshTry: 1, HaproxyRefreshSuccess: 1, LastRefreshCallTimestamp: 990 });
  expect(nextStatistics(next, { ...figures(outcomes[1]!), ...uncounted })).toMatchObject({ HaproxyRefreshSuccess: 1 });
});

test('a refresh is counted once, wherever the run that started it was killed', () => {
  const started = nextStatistics(zeros(), figures(outcomes[0]!, { refreshStarted: true }));
  const tries = [1_050.9, 1_050, 1_051].map(
    (at) => nextStatistics(started, { ...figures(outcomes[1]!), left: left(at) }).HaproxyRefreshTry,
  );
  expect(tries).toEqual([1, 1, 2]);
});

test('refreshes that no run in a row could count are counted together, but for those that were counted meanwhile', () => {
  const uncounted = { left: [...left(900, true), ...left(990), ...left(995.5, true)] };
  const next = nextStatistics(zeros(), { ...figures(outcomes[1]!), ...uncounted });
  expect(next).toMatchObject({ HaproxyRefreshTry: 3, HaproxyRefreshSuccess: 2, LastRefreshCallTimestamp: 995 });
  const counted = nextStatistics({ ...zeros(), LastRefreshCallTimestamp: 900 }, { ...figures(failed), ...uncounted });
  expect(counted).toMatchObject({ HaproxyRefreshTry: 2, HaproxyRefreshSuccess: 1, LastRefreshCallTimestamp: 995 });
});

test('a run that refreshes beside one that was left uncounted counts both, at its own time', () => {
  const next = nextStatistics(zeros(), { ...figures(outcomes[0]!, { refreshStarted: true }), left: left(990) });
  expect(next).toMatchObject({ HaproxyRefreshTry: 2, LastRefreshCallTimestamp: 1_050 });
});

test('no figure ever goes backwards and every time is whole, whatever the clock does', () => {
  const moment = fc.double({ min: -1e6, max: 4e9, noNaN: true });
  const step = fc.record({
    outcome: fc.constantFrom(...outcomes),
    runLockAt: moment,
    finishedAt: moment,
    durationSec: moment,
    refreshAt: moment,
    left: fc.array(fc.record({ at: moment, succeeded: fc.constant(false) }), { maxLength: 3 }),
    started: fc.boolean(),
    succeeded: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let statistics: Statistics = zeros();
      let tries = 0;
      for (const { outcome, started, succeeded, ...times } of steps) {
        const flags = { refreshStarted: started, refreshSucceeded: started && succeeded };
        const next = nextStatistics(statistics, { ...figures(outcome, flags), ...times });
        for (const [key, value] of Object.entries(next)) {
          expect(Number.isSafeInteger(value) && value >= 0, key).toBe(true);
          if (key !== 'LastSuccessRunDurationSec') expect(value).toBeGreaterThanOrEqual(statistics[key as 'Errors']);
        }
        const isNew = ({ at }: LeftRefresh) => at >= statistics.LastRefreshCallTimestamp + 1;
        tries += Number(started) + times.left.filter(isNew).length;
        statistics = next;
      }
      expect(statistics.HaproxyRefreshTry).toBe(tries);
      expect(statistics.HaproxyRefreshSuccess).toBeLessThanOrEqual(statistics.HaproxyRefreshTry);
      expect(statistics.TotalLockedRuns).toBe(steps.length);
    }),
  );
});

test('a clock that is set back during a run leaves no time after the end of that run', () => {
  const next = nextStatistics(zeros(), {
    ...figures(outcomes[0]!, { refreshStarted: true }),
    runLockAt: 9_000,
    refreshAt: 9_500,
    finishedAt: 1_000,
  });
  expect(Object.values(next).every((value) => value <= 1_000)).toBe(true);
});

test('a counter at the largest number that can be read again stays there', () => {
  const most = { ...zeros(), Errors: Number.MAX_SAFE_INTEGER, TotalLockedRuns: Number.MAX_SAFE_INTEGER };
  const { Errors, TotalLockedRuns } = nextStatistics(most, figures(failed));
  expect([Errors, TotalLockedRuns]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
});

function figures(outcome: Outcome, flags: Partial<RunReport> = {}): RunFigures {
  const report: RunReport = { ...QUIET_REPORT, outcome, ...flags };
  return {
    report,
    runLockAt: 1_000.9,
    finishedAt: 1_100.2,
    durationSec: 99.6,
    refreshAt: 1_050.5,
    left: [],
  };
}

/** One refresh that its run could not count. */
function left(at: number, succeeded = false): readonly LeftRefresh[] {
  return [{ at, succeeded }];
}
