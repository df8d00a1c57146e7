import type { LockContext } from './lock-context.ts';

/** The next in line asks this often, so that a hand-over takes a fraction of a second; others ask more rarely. */
const POLL_NEXT_MS = 250;
const POLL_MAX_MS = 5_000;

/**
 * How long to pause before the lock service is asked again where we stand, in milliseconds. One whose check waits for a
 * change is asked at once: then a hand-over takes no longer than its answer.
 */
export function pollDelayMs({ checkWaits, ahead, jitter }: LockContext): number {
  if (checkWaits) return 0;
  return Math.min(POLL_NEXT_MS * Math.max(1, ahead ?? 1), POLL_MAX_MS) * (0.75 + jitter / 2);
}
