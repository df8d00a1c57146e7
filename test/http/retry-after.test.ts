import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/http/retry-after.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

test.each([
  ['3', 3_000],
  ['0', 0],
  ['31536000', 31_536_000_000],
  ['Tue, 01 Jan 2030 00:00:07 GMT', 7_000],
  ['Mon, 31 Dec 2029 23:59:00 GMT', 0],
  ['-5', 0],
  ['1.5', 0],
  [' 7 ', 7_000],
  ['2031-01-01', 0],
  ['soon', 0],
  ['', 0],
])('reads %j as %d ms', (written, ms) => {
  expect(retryAfterMs({ 'retry-after': written }, now)).toBe(ms);
});

test('a server that says nothing asks for nothing', () => {
  expect(retryAfterMs({}, now)).toBe(0);
});
