import { expect, test } from 'vitest';
import { asRecorded, isSameData } from '../../src/replay/same-data.ts';

test.each([
  [{ a: 1, b: [null, 'x'] }, { b: [null, 'x'], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [{ a: undefined }, { b: undefined }, false],
  [[], {}, false],
  [['x'], { 0: 'x' }, false],
  [[1, 2], [1], false],
  [null, {}, false],
  [{ 0: 'x' }, 'x', false],
  [0, false, false],
  ['1', 1, false],
])('%j and %j are the same: %s', (one, other, expected) => {
  expect([isSameData(one, other), isSameData(other, one)]).toEqual([expected, expected]);
});

test('what is not set is not recorded, and of nothing null is', () => {
  expect(asRecorded({ a: undefined, b: [1] })).toEqual({ b: [1] });
  expect(Object.keys(asRecorded({ a: undefined }) as object)).toEqual([]);
  expect(asRecorded(undefined)).toBe(null);
});
