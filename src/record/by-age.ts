import { recordedAt } from './recording-name.ts';

/** Runs that begin at about the same time may name themselves in any order. */
const AHEAD_MAX_MS = 3_600_000;

/**
 * Names of recordings, the oldest first, and what has no start before all others. Those that are still to come are of a clock
 * that is right no more, or of the right one while the present one is not yet: either way they are older than what the
 * present clock has named.
 */
export function byAge(
  names: readonly string[],
  nowMs: number,
  startOf: (name: string) => number | null = recordedAt,
): readonly string[] {
  const starts = new Map(names.map((name) => [name, startOf(name) ?? Number.MIN_SAFE_INTEGER]));
  const sorted = names.toSorted().toSorted((one, other) => starts.get(one)! - starts.get(other)!);
  const isAhead = (name: string) => isToCome(starts.get(name)!, nowMs);
  return [...sorted.filter(isAhead), ...sorted.filter((name) => !isAhead(name))];
}

/** Whether another clock than the present one said so. */
export function isToCome(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + AHEAD_MAX_MS;
}
