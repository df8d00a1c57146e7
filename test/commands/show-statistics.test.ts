import { expect, test } from 'vitest';
import { zeros } from '../../machines/statistics.ts';
import { timesIn } from '../../src/commands/show-statistics.ts';

test('people are shown when each time was', () => {
  const nowMs = Date.parse('2026-01-02T03:00:00Z');
  const statistics = {
    ...zeros(),
    LastErrorTimestamp: nowMs / 1_000 - 190,
    LastRefreshCallTimestamp: nowMs / 1_000 + 5,
    Errors: 3,
  };
  expect(timesIn(statistics, nowMs)).toBe(
    '\nLastErrorTimestamp          2026-01-02T02:56:50Z  3m10s ago\n' +
      'LastRefreshCallTimestamp    2026-01-02T03:00:05Z  still to come\n',
  );
  expect(timesIn(zeros(), nowMs)).toBe('');
  // As large as the file may have it.
  const beyond = timesIn({ ...zeros(), LastErrorTimestamp: Number.MAX_SAFE_INTEGER }, nowMs);
  expect(beyond).toBe('\nLastErrorTimestamp          +275760-09-13T00:00:00Z  still to come\n');
});
