import { expect, test } from 'vitest';
import { withoutFutureTimes } from '../../machines/future-times.ts';
import type { Statistics } from '../../machines/statistics.ts';

const statistics: Statistics = {
  LastLockAcquiredTimestamp: 1_000,
  LastSuccessFinishTimestamp: 1_000,
  LastSuccessRunDurationSec: 5_000,
  LastErrorTimestamp: 0,
  Errors: 9_999,
  TotalLockedRuns: 9_999,
  LastRefreshCallTimestamp: 900,
  HaproxyRefreshTry: 9_999,
  HaproxyRefreshSuccess: 9_999,
};

test('times of the past stay, to the very second', () => {
  expect(withoutFutureTimes(statistics, 1_000.2)).toEqual({ statistics, notes: [] });
});

test.each([
  ['by a step of the clock are now', 1_060, 1_000],
  ['by more were nobody knows when', 1_061, 0],
  ['by the largest number there is as well', Number.MAX_SAFE_INTEGER, 0],
])('times that are still to come %s, and a note says so', (_, written, corrected) => {
  const wrong = { ...statistics, LastSuccessFinishTimestamp: written, LastErrorTimestamp: written };
  expect(withoutFutureTimes(wrong, 1_000.9)).toEqual({
    statistics: { ...statistics, LastSuccessFinishTimestamp: corrected, LastErrorTimestamp: corrected },
    notes: [
      expect.stringContaining(`(LastSuccessFinishTimestamp ${written}, LastErrorTimestamp ${written}; now is 1000)`),
    ],
  });
});
