/** What escape sequences stand for, and where in the text each byte comes from. */
import { expect, test } from 'vitest';
import { decodedView, spanOf, viewOf, withoutSeparators } from '../../../src/text/redaction/view.ts';

const decoded = (text: string) => decodedView(viewOf(text));
const meant = (text: string) => Buffer.from(decoded(text).bytes, 'latin1').toString('utf8');

test.each([
  ['a%41%2fb', 'aA/b'],
  ['%c3%A9', 'é'],
  ['%u00e9', 'é'],
  [String.raw`\x41\x7a`, 'Az'],
  [String.raw`é\u{1f600}`, 'é😀'],
  ['&#65;&#x42;&#233;', 'ABé'],
  ['&lt;&gt;&quot;&apos;&AMP;', `<>"'`],
  [String.raw`\101\303\251`, 'Aé'],
  [String.raw`\/\"\.`, '/".'],
  ['%2541', 'A'],
  ['x%2541', 'xA'],
  ['&#x0000041;', 'A'],
  [String.raw`\u{10ffff}`, '\u{10ffff}'],
  ['&amp;#65;', 'A'],
  [String.raw`\u{110000}`, '\ufffd'],
  ['100 a\n', '100 a\n'],
])('%j means %j', (text, expected) => {
  expect(meant(text)).toBe(expected);
});

test('of what an escape sequence stands for the whole of it is the place', () => {
  const view = decoded('ab%41c');
  expect(view.bytes).toBe('abAc');
  expect([0, 1, 2, 3].map((at) => spanOf(view, at, at + 1))).toEqual([
    [0, 1],
    [1, 2],
    [2, 5],
    [5, 6],
  ]);
  const wide = viewOf('é1');
  expect([spanOf(wide, 0, 1), spanOf(wide, 1, 2), spanOf(wide, 2, 3)]).toEqual([
    [0, 1],
    [0, 1],
    [1, 2],
  ]);
});

test.each([
  ['de ad be ef 01', 'deadbeef01'],
  ['de:ad:be:ef:01', 'deadbeef01'],
  ['0xde, 0xad, 0xbe, 0xef, 0x01', 'deadbeef01'],
  ['dead beef 01', null],
])('a hex dump like %j has digits %j', (text, digits) => {
  expect(withoutSeparators(viewOf(text))?.bytes ?? null).toBe(digits);
});
