import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadValue } from '../../src/config/config-error.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['+0', 0],
    ['00s', 0],
    ['-0s', 0],
    ['000000000000000000000000000005s', 5_000],
    ['5s', 5_000],
    ['+5s', 5_000],
    ['-5s', -5_000],
    ['1h0m0s', 3_600_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['-.5s', -500],
    ['1.s', 1_000],
    ['250ms', 250],
    ['3h30m', 12_600_000],
    ['4m10.5s', 250_500],
    ['2m3.4s', 123_400],
    ['1h2m3s4ms5us6ns', 3_723_005],
    ['5s1h', 3_605_000],
    ['1s1s', 2_000],
    ['2562047h47m16.854775807s', 9_223_372_036_855],
    ['-9223372036854775808ns', -9_223_372_036_855],
    ['0.3333333333333333333h', 1_200_000],
    ['9007199254.740993ms', 9_007_199_255],
  ])('reads %j as Go does', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['1us', 1],
    ['1µs', 1],
    ['1μs', 1],
    ['1ns', 1],
    ['1000001ns', 2],
    ['0.1ms', 1],
    ['0.1ns', 0],
    ['-1ns', -1],
  ])('counts a part of a millisecond as a whole one: %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['', 'invalid duration'],
    ['-', 'invalid duration'],
    ['.', 'invalid duration'],
    ['s', 'invalid duration'],
    ['.s', 'invalid duration'],
    ['+.s', 'invalid duration'],
    [' 5s', 'invalid duration'],
    ['--5s', 'invalid duration'],
    ['-+5s', 'invalid duration'],
    ['1h-5m', 'unknown unit'],
    ['5', 'missing unit in duration "5": write 5s'],
    ['1.5', 'missing unit'],
    ['5s3', 'missing unit'],
    ['00', 'missing unit'],
    ['5d', 'unknown unit "d" in duration "5d"'],
    ['5 s', 'unknown unit " s"'],
    ['5S', 'unknown unit "S"'],
    ['1e3s', 'unknown unit "e"'],
    ['Infinity', 'invalid duration'],
    ['9223372036854775808ns', 'invalid duration'],
    ['-9223372036854775809ns', 'invalid duration'],
    ['2562047h47m16.854775808s', 'invalid duration'],
    ['3000000h', 'invalid duration'],
    ['99999999999999999999', 'invalid duration'],
  ])('refuses %j for the cause that Go names: %s', (text, cause) => {
    expect(() => parseDuration(text)).toThrow(cause);
  });

  test.each([
    ['5', 'missing unit in duration "5": write 5s'],
    ['123456789', 'missing unit in duration "123456789": write 123456789s'],
    ['1234567890', 'missing unit in duration "1234567890": write a unit after every number, as in 5s'],
    ['5s3', 'missing unit in duration "5s3": write a unit after every number, as in 5s'],
    ['3.5', 'missing unit in duration "3.5": write a unit after every number, as in 5s'],
    ['soon', 'invalid duration "soon": write it like 1h30m, 5s or 250ms'],
    ['3000000h', 'invalid duration "3000000h": it is longer than any duration can be'],
    ['5d', 'unknown unit "d" in duration "5d": the units are h, m, s, ms, us and ns'],
  ])('says of %j what is right: %s', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new BadValue(message));
  });

  test('repeats only the beginning of a long text', () => {
    expect(() => parseDuration('1'.repeat(1_000_000))).toThrow(/^.{1,200}$/);
  });

  test('reads back whatever formatDuration writes', () => {
    // Go's durations end long before the integers of JavaScript do.
    const ms = fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 });
    fc.assert(
      fc.property(ms, (written) => {
        expect(parseDuration(formatDuration(written))).toBe(written);
      }),
    );
  });

  test('reads the parts of a duration in any order as their sum', () => {
    const part = fc.record({ count: fc.nat(999), unit: fc.constantFrom(['h', 3_600_000], ['s', 1_000], ['ms', 1]) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 9 }), (parts) => {
        const text = parts.map(({ count, unit }) => `${count}${unit[0]}`).join('');
        expect(parseDuration(text)).toBe(parts.reduce((sum, { count, unit }) => sum + count * (unit[1] as number), 0));
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [1_500, '1.5s'],
    [60_000, '1m0s'],
    [61_001, '1m1.001s'],
    [3_600_000, '1h0m0s'],
    [5_400_000, '1h30m0s'],
    [2_592_000_000, '720h0m0s'],
    [-90_000, '-1m30s'],
  ])('writes %d ms as Go does: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
