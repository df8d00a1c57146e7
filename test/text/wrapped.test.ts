import { expect, test } from 'vitest';
import { wrapped } from '../../src/text/wrapped.ts';

test.each([
  ['one two three', 12, ['one two', 'three']],
  ['one two three', 7, ['one two', 'three']],
  ['one two three', 6, ['one', 'two', 'three']],
  ['a-long-word x', 4, ['a-long-word', 'x']],
  ['', 8, ['']],
])('%j in rows of at most %i letters', (text, width, rows) => {
  expect(wrapped(text, width)).toEqual(rows);
});
