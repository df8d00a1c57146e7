import { recordedAt } from './recording-name.ts';

/** Runs that begin at about the same time may name themselves in any order. */
const AHEAD_MAX_MS = 3_600_000;

/**
 * Names of recordings, the oldest first. Those that are still to come are of a clock that is right no more, or of the
 * right one while the present one is not yet: either way they are older than what the present clock has named.
 */
export function byAge(names: readonly string[], nowMs: number): readonly string[] {
  const sorted = names.toSorted();
  const isAhead = (name: string) => isToCome(recordedAt(name) ?? nowMs, nowMs);
  return [...sorted.filter(isAhead), ...sorted.filter((name) => !isAhead(name))];
}

/** Whether another clock than the present one said so. */
export function isToCome(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + AHEAD_MAX_MS;
}
