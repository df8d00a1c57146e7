import { expect, test } from 'vitest';
import { quoted, quotedValue } from '../../src/text/quoted.ts';

test('a text stands in quotes, on one line, and is cut where it is too long', () => {
  expect(quoted('say "a"\nb')).toBe('"say \\"a\\"\\nb"');
  expect(quoted('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(quoted('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  expect(quoted('abc', 2)).toBe('"ab…"');
});

test.each([
  ['text', '"text"'],
  ['a\u001b[31m\u202eä~ ', '"a\\u001b[31m\\u202e\\u00e4~ "'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}"…`],
  [1.5, '1.5'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'nothing'],
  [[1], 'a list'],
  [{ length: 100 }, 'an object'],
])('%j is shown as %s', (value, shown) => {
  expect(quotedValue(value)).toBe(shown);
});
