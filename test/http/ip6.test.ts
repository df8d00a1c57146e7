/** `isIp6` says what Node's `isIPv6` says, which takes milliseconds to make its pattern. */
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIp6 } from '../../src/http/ip6.ts';

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
