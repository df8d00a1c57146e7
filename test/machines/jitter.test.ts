import { expect, test } from 'vitest';
import { drawJitter } from '../../machines/jitter.ts';

/** The first numbers that follow from a seed. */
function draws(seed: number, count: number): number[] {
  const values: number[] = [];
  for (let drawn = 0, next = seed; drawn < count; drawn += 1) {
    const one = drawJitter(next);
    values.push(one.value);
    next = one.next;
  }
  return values;
}

test('a seed gives the same numbers in every version: recordings are replayed with them', () => {
  expect(draws(1, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
});

test('the seed of the next number is one that fits into 32 bits', () => {
  expect(drawJitter(0).next).toBe(0x6d2b79f5);
  expect(drawJitter(2 ** 32 - 1).next).toBe(0x6d2b79f4);
});

test('the numbers fill the range from 0 to 1 evenly, whatever the seed', () => {
  for (const seed of [0, 1, 12_345, 2 ** 31, 2 ** 32 - 1]) {
    const values = draws(seed, 10_000);
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((v) => Math.floor(v * 10) === tenth).length);
    for (const count of tenths) expect(count).toBeGreaterThan(850);
    for (const count of tenths) expect(count).toBeLessThan(1_150);
  }
});
