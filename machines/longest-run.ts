import type { Holder, Outcome, RunInput } from './vocabulary.ts';

/** Before it waits for the lock a run reads and asks within bounds of its own. */
const BEFORE_THE_LOCK_MS = 600_000;

type Limits = Pick<RunInput, 'budgetMs' | 'handbrakeTimeoutMs' | 'killGraceMs'>;

/** Longer than this no run lasts that is well. */
export function longestRunMs({ budgetMs, handbrakeTimeoutMs, killGraceMs }: Limits): number {
  return budgetMs + 2 * (handbrakeTimeoutMs + killGraceMs) + BEFORE_THE_LOCK_MS;
}

/** Whether somebody has had a lock for longer than that: its run hangs, most likely on a disk that does not answer. */
export function isOverdue({ heldForMs }: Pick<Holder, 'heldForMs'>, longestMs: number): boolean {
  return heldForMs !== null && heldForMs > longestMs;
}

/** How a run ends that finds the run lock with somebody else. */
export function endBehind(owner: Holder, run: Limits): Outcome {
  const isLate = isOverdue(owner, longestRunMs(run));
  return { kind: 'skipped', why: 'runLockHeld', ...(isLate && { isOverdue: true }) };
}
