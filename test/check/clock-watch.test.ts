import { expect, test } from 'vitest';
import { createClockWatch } from '../../src/check/clock-watch.ts';

const DATE = 'Fri, 02 Jan 2026 03:00:00 GMT';

test.each([
  [0, true, 'as that of a:1'],
  [2_000, true, 'as that of a:1'],
  [5_000, true, '5.0s ahead of a:1'],
  [-60_000, true, '1m0s behind a:1'],
  [-61_000, false, '1m1s behind a:1; see to NTP on this host or there'],
  [61_000, false, '1m1s ahead of a:1; see to NTP on this host or there'],
])('a clock that is off by %i ms', (offset, isGood, text) => {
  const watch = createClockWatch(() => Date.parse(DATE) + offset);
  watch.onReply!('http://a:1/x', { status: 200, headers: { date: DATE }, text: '' });
  expect(watch.findings()).toEqual([{ about: 'clock', isGood, text }]);
});

test('a server that says no time says nothing', () => {
  const watch = createClockWatch();
  watch.onReply!('http://a:1/x', { status: 200, headers: {}, text: '' });
  expect(watch.findings()).toEqual([]);
});
