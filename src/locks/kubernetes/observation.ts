import type { Lease } from './lease.ts';

/** What we know of a Lease that another holds. Nobody compares its times with a clock of ours. */
export interface Observation {
  /** Takes note of a Lease as it is now. */
  see(lease: Lease): void;
  /** How long it has to stay as it is until its holder counts as dead, in milliseconds; 0: now. */
  leftMs(lease: Lease): number;
}

/**
 * A holder counts as dead when its record has not changed for as long as it said, by our own clock that never steps.
 * `standardMs` is for one that said nothing.
 */
export function createObservation(monotonicMs: () => number, standardMs: number): Observation {
  let seen: { readonly record: string; readonly atMs: number } | null = null;

  function see({ record }: Lease): void {
    if (seen?.record !== record) seen = { record, atMs: monotonicMs() };
  }

  return {
    see,
    leftMs(lease) {
      see(lease);
      const durationMs = lease.seconds === null ? standardMs : lease.seconds * 1_000;
      return Math.max(0, seen!.atMs + durationMs - monotonicMs());
    },
  };
}
