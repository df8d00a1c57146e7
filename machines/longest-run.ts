import type { Holder, Outcome } from './vocabulary.ts';

/** Before it waits for the lock a run reads and asks within bounds of its own. */
const BEFORE_THE_LOCK_MS = 600_000;

interface Limits {
  readonly budgetMs: number;
  readonly handbrakeTimeoutMs: number;
  readonly killGraceMs: number;
  /** What discovery may take by its settings, where that is not within what comes before the lock anyway. */
  readonly sourceMs: number;
  /** How long HAProxy is looked at after the refresh, which is not within the budget; 0 where it is not. */
  readonly verifyMs: number;
}

/** Longer than this no run lasts that is well. */
export function longestRunMs({ budgetMs, handbrakeTimeoutMs, killGraceMs, sourceMs, verifyMs }: Limits): number {
  const commandsMs = 2 * (handbrakeTimeoutMs + killGraceMs) + (verifyMs === 0 ? 0 : verifyMs + killGraceMs);
  return budgetMs + commandsMs + sourceMs + BEFORE_THE_LOCK_MS;
}

/** Whether somebody has had a lock for longer than its own run lasts while it is well: most likely it waits for a disk. */
export function isOverdue({ heldForMs, longestMs = null }: Pick<Holder, 'heldForMs' | 'longestMs'>): boolean {
  return heldForMs !== null && longestMs !== null && heldForMs > longestMs;
}

/** How a run ends that finds the run lock with somebody else. */
export function endBehind(owner: Holder): Outcome {
  return { kind: 'skipped', why: 'runLockHeld', ...(isOverdue(owner) && { isOverdue: true }) };
}
