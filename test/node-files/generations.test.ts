import { expect, test } from 'vitest';
import { fitting, mergeGenerations } from '../../src/node-files/generations.ts';

test('what was accepted is added to what is known, and what changed last comes last', () => {
  const merged = mergeGenerations({ a: '1', b: '2', c: '3' }, { a: '5', d: '4', b: '2' });
  expect(merged).toEqual({ a: '5', b: '2', c: '3', d: '4' });
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
