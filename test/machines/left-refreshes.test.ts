import { expect, test } from 'vitest';
import { leftOnRecord, refreshesToCount } from '../../machines/left-refreshes.ts';
import type { LeftRefresh } from '../../machines/statistics.ts';

const FIRST = { at: 100, succeeded: true };
const SECOND = { at: 200, succeeded: false };
const UNCOUNTED = { ...SECOND, isCounted: false };
const BEFORE = { earlier: [FIRST], last: UNCOUNTED };
const ALL = [FIRST, SECOND];
const OURS = { isOurs: true, refreshStarted: true, refreshSucceeded: true };
const NEVER_STARTED = { isOurs: true, refreshStarted: false, refreshSucceeded: false };
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
  ['what may live stays, and is not counted again once it is over', true, OURS, { counted: true }],
  ['what never started goes', false, NEVER_STARTED, null],
  ['what never started and may live stays, and is none to be counted', true, NEVER_STARTED, { counted: true }],
  ['what an earlier run left goes', false, NOT_OURS, null],
  ['what an earlier run left and may live all the same is not counted again', true, NOT_OURS, { counted: true }],
])('where all was counted, %s', (_, keepIntent, run, last) => {
  expect(leftOnRecord(BEFORE, { keepIntent, ...run, counted: ALL })).toEqual({ earlier: [], last });
});

test.each([
  ['one of this run waits, with how it ended', false, OURS, { succeeded: true }],
  ['one that failed waits as that', false, { ...OURS, refreshSucceeded: false }, { succeeded: false }],
  ['one that never started is none to be counted', false, NEVER_STARTED, null],
  ['one that never started and may live stays, and is none to be counted', true, NEVER_STARTED, { counted: true }],
  ['one of an earlier run waits as it is', false, NOT_OURS, {}],
  ['one of an earlier run waits as it is while it may live', true, NOT_OURS, {}],
])('where nothing could be counted, %s', (_, keepIntent, run, last) => {
  expect(leftOnRecord(BEFORE, { keepIntent, ...run, counted: null })).toEqual({ earlier: [FIRST], last });
});

test('of earlier runs only that goes which was counted: what was not known then waits', () => {
  const before = { earlier: [FIRST, { ...FIRST, at: 101 }, { ...FIRST, succeeded: false }], last: UNCOUNTED };
  for (const keepIntent of [true, false]) {
    const leave = (counted: readonly LeftRefresh[]) => leftOnRecord(before, { keepIntent, ...NOT_OURS, counted });
    expect(leave([])).toEqual({ earlier: before.earlier, last: {} });
    expect(leave([FIRST])).toEqual({ earlier: before.earlier.slice(1), last: {} });
    expect(leave([SECOND])).toEqual({ earlier: before.earlier, last: keepIntent ? { counted: true } : null });
  }
});

test('one of an earlier run that was counted before stays only while it may live', () => {
  const before = { earlier: [], last: { ...SECOND, isCounted: true } };
  for (const counted of [[], null]) {
    expect(leftOnRecord(before, { keepIntent: false, ...NOT_OURS, counted }).last).toBe(null);
    expect(leftOnRecord(before, { keepIntent: true, ...NOT_OURS, counted }).last).toEqual({ counted: true });
  }
});

test('where nothing is on record nothing is left of it', () => {
  for (const counted of [[], null]) {
    const left = leftOnRecord({ earlier: [], last: null }, { keepIntent: true, ...OURS, isOurs: false, counted });
    expect(left).toEqual({ earlier: [], last: null });
  }
});
