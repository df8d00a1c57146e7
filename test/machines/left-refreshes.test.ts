import { expect, test } from 'vitest';
import { leftOnRecord, refreshesToCount } from '../../machines/left-refreshes.ts';

const FIRST = { at: 100, succeeded: true };
const SECOND = { at: 200, succeeded: false };
const UNCOUNTED = { ...SECOND, isCounted: false };
const LAST = { run: 'one' };
const BEFORE = { earlier: [FIRST], last: LAST };
const OURS = { isOurs: true, refreshStarted: true, refreshSucceeded: true };
const NOT_OURS = { isOurs: false, refreshStarted: false, refreshSucceeded: false };

test('all that is on record is to be counted, but for what goes on and what was counted while it went on', () => {
  expect(refreshesToCount({ earlier: [FIRST], last: UNCOUNTED })).toEqual([FIRST, SECOND]);
  expect(refreshesToCount({ earlier: [FIRST], last: UNCOUNTED }, true)).toEqual([FIRST]);
  expect(refreshesToCount({ earlier: [FIRST], last: { ...SECOND, isCounted: true } })).toEqual([FIRST]);
  expect(refreshesToCount({ earlier: [FIRST], last: null })).toEqual([FIRST]);
});

test('of more than there is room for the last ones stay', () => {
  const earlier = Array.from({ length: 500 }, (_, index) => ({ at: index, succeeded: true }));
  const counted = refreshesToCount({ earlier, last: UNCOUNTED });
  expect(counted).toHaveLength(500);
  expect(counted[0]).toEqual({ at: 1, succeeded: true });
  expect(counted.at(-1)).toEqual(SECOND);
});

test.each([
  ['what is over goes', false, OURS, null],
  ['what is over goes, whoever left it', false, NOT_OURS, null],
  ['what may live stays, and is not counted again once it is over', true, OURS, { ...LAST, counted: true }],
  ['what never started and may live stays, and counts as before', true, { ...OURS, refreshStarted: false }, LAST],
  ['what an earlier run left and may live stays, to be counted once it is over', true, NOT_OURS, LAST],
])('where all was counted, %s', (_, keepIntent, run, last) => {
  expect(leftOnRecord(BEFORE, { keepIntent, ...run, isCounted: true })).toEqual({ earlier: [], last });
});

test.each([
  ['one of this run waits, with how it ended', false, OURS, { ...LAST, succeeded: true }],
  ['one that failed waits as that', false, { ...OURS, refreshSucceeded: false }, { ...LAST, succeeded: false }],
  ['one that never started is none to be counted', false, { ...OURS, refreshStarted: false }, null],
  ['one that never started and may live stays', true, { ...OURS, refreshStarted: false }, LAST],
  ['one of an earlier run waits as it is', false, NOT_OURS, LAST],
  ['one of an earlier run waits as it is while it may live', true, NOT_OURS, LAST],
])('where nothing could be counted, %s', (_, keepIntent, run, last) => {
  expect(leftOnRecord(BEFORE, { keepIntent, ...run, isCounted: false })).toEqual({ earlier: [FIRST], last });
});

test('where nothing is on record nothing is left of it', () => {
  for (const isCounted of [true, false]) {
    const left = leftOnRecord({ earlier: [], last: null }, { keepIntent: true, ...OURS, isOurs: false, isCounted });
    expect(left).toEqual({ earlier: [], last: null });
  }
});
