/** `isIp6` says what Node's `isIPv6` says, which takes milliseconds to make its pattern. */
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIp6, normalIp6 } from '../../src/http/ip6.ts';

const part = fc.constantFrom(
  '0',
  '1',
  'ab',
  'FFFF',
  '00000',
  '12345',
  '',
  ':',
  '1.2.3.4',
  '01.2.3.4',
  '1.2.3',
  '256.1.1.1',
  'g',
);
const nearly = fc.array(part, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(':'));
const letters = fc.array(fc.constantFrom(...'09afAF:::...[]/@#? '), { maxLength: 14 }).map((all) => all.join(''));

test('agrees with isIPv6 about whatever has no zone', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, letters, fc.ipV6(), fc.ipV4(), fc.string()), (text) => {
      expect(isIp6(text), text).toBe(isIPv6(text) && !text.includes('%'));
    }),
    { numRuns: 3_000 },
  );
});

test('spells an address as the URL parser does, which follows RFC 5952', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.ipV6()), (text) => {
      const byUrl = isIp6(text) ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : null;
      expect(normalIp6(text), text).toBe(byUrl);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['::', '::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['1:2:3:4:5:6:7:8::', null],
  ['1::2::3', null],
  ['1.2.3.4::', null],
  [':1:2:3:4:5:6:7', null],
  ['', null],
])('%s is %s', (text, spelling) => {
  expect(normalIp6(text)).toBe(spelling);
});
