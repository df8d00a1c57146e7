import type { LockContext } from './lock-context.ts';
import type { Standing } from './side-effects.ts';

/** While the holder only waits for its cluster to settle, its refresh cannot end. */
const POLL_SETTLING_MS = 1_000;

/** While a refresh can end at any moment, the next in line asks after a twentieth of the time that it may have taken. */
const POLL_NEXT_MIN_MS = 25;
const POLL_NEXT_MAX_MS = 250;

/** Those behind it learn only that they are the next, and where nobody knows who is the next, all ask at once. */
const POLL_BEHIND_MIN_MS = 50;
const SHARE_OF_REFRESH = 1 / 20;

const POLL_MAX_MS = 5_000;

/**
 * How long to pause before the lock service is asked again where we stand, in milliseconds. One whose check waits for a
 * change is asked at once: then a hand-over takes no longer than its answer.
 */
export function pollDelayMs(context: LockContext): number {
  return context.checkWaits ? 0 : Math.round(pollEveryMs(context) * (0.75 + context.jitter / 2));
}

/** Our place in the line; the time for which it has been the same begins anew when anything before us changes. */
export function placeIn({ holder, ahead }: Pick<Standing, 'holder' | 'ahead'>, before: LockContext) {
  const placeChanged = ahead !== before.ahead || holder?.title !== before.holder?.title;
  return { holder, ahead, placeChanged, lineSameMs: placeChanged ? 0 : before.lineSameMs };
}

/**
 * Our turn comes after a delay and a refresh of each node before us: until the delays are over we ask rarely, and then
 * soon. The pause grows with the square of the place: with no delay at all, a line of fifty asks at most 79 times a
 * second, jitter included, and 20 times once a refresh takes five seconds.
 */
function pollEveryMs({ ahead, lineSameMs, refreshDelayMs }: LockContext): number {
  const place = Math.max(1, ahead ?? 1);
  const settlingMs = place * refreshDelayMs - lineSameMs;
  const leastMs = ahead === 1 ? POLL_NEXT_MIN_MS : POLL_BEHIND_MIN_MS;
  const soonMs = clamp(-settlingMs * SHARE_OF_REFRESH, leastMs, POLL_NEXT_MAX_MS) * place ** 2;
  const rarelyMs = Math.min(POLL_SETTLING_MS * place, settlingMs);
  return Math.min(Math.max(soonMs, rarelyMs), POLL_MAX_MS);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
