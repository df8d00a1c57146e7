import { quoted } from '../text/quoted.ts';
import { BadValue } from './config-error.ts';

const nanosecondsOf = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n], // the micro sign
  ['\u03bcs', 1_000n], // the Greek letter mu, which looks the same
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** A Go duration is a signed 64-bit count of nanoseconds. */
const longestNs = 2n ** 63n - 1n;

/**
 * Milliseconds of a duration as Go's `time.ParseDuration` reads it: `1h0m0s`, `5s`, `250ms`, `1.5h`, `-.5s`, `0`. A part
 * of a millisecond counts as a whole one. Throws `BadValue` with the cause that Go names.
 */
export function parseDuration(text: string): number {
  const negative = text.startsWith('-');
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  if (unsigned === '0') return 0;
  if (unsigned === '') throw invalid(text);
  const total = sumOfParts(text, unsigned);
  // Go's range is larger by one on the negative side.
  if (total > longestNs + (negative ? 1n : 0n)) throw tooLong(text);
  const ms = Number((total + 999_999n) / 1_000_000n);
  return negative && ms > 0 ? -ms : ms;
}

/** Milliseconds as Go prints a duration: `1h0m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms > 0 && ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = (ms % 60_000) / 1_000;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function sumOfParts(text: string, unsigned: string): bigint {
  let total = 0n;
  let rest = unsigned;
  while (rest !== '') {
    const [part, whole, fraction = '', unit] = partOf(rest);
    if (whole === '' && fraction === '') throw invalid(text);
    if (countOf(whole) > longestNs + 1n) throw tooLong(text);
    if (unit === '') throw new BadValue(`missing unit in duration ${quoted(text)}: write ${example(text)}`);
    total += partNs(text, whole, fraction, unit);
    rest = rest.slice(part.length);
  }
  return total;
}

/** Every text begins with such a part, if with an empty one. */
function partOf(rest: string): readonly [part: string, whole: string, fraction: string | undefined, unit: string] {
  return /^(\d*)(?:\.(\d*))?([^.\d]*)/.exec(rest) as unknown as ReturnType<typeof partOf>;
}

function partNs(text: string, whole: string, fraction: string, unit: string): bigint {
  const unitNs = nanosecondsOf.get(unit);
  if (unitNs === undefined) {
    throw new BadValue(
      `unknown unit ${quoted(unit)} in duration ${quoted(text)}: the units are h, m, s, ms, us and ns`,
    );
  }
  // Digits beyond these are below a nanosecond for every unit.
  const kept = fraction.slice(0, 18);
  return countOf(whole) * unitNs + (BigInt(kept) * unitNs) / 10n ** BigInt(kept.length);
}

/** Twenty digits are too many for any duration: a whole file of them is not worth the arithmetic. */
function countOf(digits: string): bigint {
  return BigInt(digits.replace(/^0+/, '').slice(0, 20));
}

function example(text: string): string {
  return /^\d{1,9}$/.test(text) ? `${text}s` : 'a unit after every number, as in 5s';
}

function invalid(text: string): BadValue {
  return new BadValue(`invalid duration ${quoted(text)}: write it like 1h30m, 5s or 250ms`);
}

function tooLong(text: string): BadValue {
  return new BadValue(`invalid duration ${quoted(text)}: it is longer than any duration can be`);
}
