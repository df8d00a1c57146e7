import type { Statistics } from './statistics.ts';

/** A clock that was set right by less than this was never wrong in a way that matters. */
const STEP_MAX_SEC = 60;

/**
 * The statistics without times that are still to come: a clock was wrong when they were written, or is now. Nobody knows
 * when these things happened: such a time becomes 0, or now where it is less than a minute away. Notes say so.
 */
export function withoutFutureTimes(
  statistics: Statistics,
  nowSec: number,
): { readonly statistics: Statistics; readonly notes: readonly string[] } {
  const now = Math.max(0, Math.floor(nowSec));
  const future = Object.entries(statistics).filter(([key, value]) => key.endsWith('Timestamp') && value > now);
  if (future.length === 0) return { statistics, notes: [] };
  const corrected = future.map(([key, value]) => [key, value - now <= STEP_MAX_SEC ? now : 0]);
  const words = future.map(([key, value]) => `${key} ${value}`).join(', ');
  return {
    statistics: { ...statistics, ...Object.fromEntries(corrected) },
    notes: [
      `times of the statistics lie in the future (${words}; now is ${now}): a clock was wrong; a run corrects them`,
    ],
  };
}
