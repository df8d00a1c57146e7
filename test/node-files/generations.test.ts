import * as v from 'valibot';
import { expect, test } from 'vitest';
import { fitting, generationsSchema, mergeGenerations, staleRunsSchema } from '../../src/node-files/generations.ts';

test('what was accepted is added to what is known, and what changed last comes last', () => {
  const merged = mergeGenerations({ a: '1', b: '2', c: '3' }, { a: '50', d: '4', b: '2' });
  expect(merged).toEqual({ a: '50', b: '2', c: '3', d: '4' });
  expect(Object.keys(merged)).toEqual(['b', 'c', 'a', 'd']);
});

test('what is no generation is not taken over', () => {
  expect(mergeGenerations({ a: '1' }, { a: 'x', b: '', c: '9'.repeat(41) })).toEqual({ a: '1' });
});

test('a table keeps as many of its last entries as fit, to the byte', () => {
  const table = { first: '1', second: '2', third: '3' };
  // Each has its two texts in quotes, and eight bytes around them.
  const [second, third] = ['second', 'third'].map((key) => key.length + 2 + 3 + 8) as [number, number];
  expect(fitting(table, 1_000)).toEqual({ kept: table, dropped: 0 });
  expect(fitting(table, second + third)).toEqual({ kept: { second: '2', third: '3' }, dropped: 1 });
  expect(fitting(table, second + third - 1)).toEqual({ kept: { third: '3' }, dropped: 2 });
  expect(fitting(table, third - 1)).toEqual({ kept: {}, dropped: 3 });
});

test.each([
  [generationsSchema, 'x', 'expected an object with generations'],
  [generationsSchema, { a: 7 }, 'expected digits in quotes'],
  [generationsSchema, { a: '7a' }, 'expected digits in quotes'],
  [staleRunsSchema, null, 'expected an object with numbers of runs'],
  [staleRunsSchema, { a: 0 }, 'expected a whole number that is not below 1'],
  [staleRunsSchema, { a: 1.5 }, 'expected a whole number that is not below 1'],
])('what a file says wrongly is named: %#', (schema, value, message) => {
  expect(v.safeParse(schema, value).issues?.[0]?.message).toBe(message);
});
