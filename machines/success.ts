import type { Outcome } from './vocabulary.ts';

/**
 * Whether monitoring hears of a success. What keeps this node from being refreshed for as long as it lives is none: a
 * refresh that outlived its run, and a run that hangs.
 */
export function isSuccess(outcome: Outcome): boolean {
  if (outcome.kind === 'failed' || outcome.kind === 'aborted' || isBehindHangingRun(outcome)) return false;
  return outcome.kind !== 'skipped' || outcome.why !== 'orphanRefresh';
}

/** Whether the run was skipped for another one that has lasted longer than any that is well. */
export function isBehindHangingRun(outcome: Outcome): boolean {
  return 'isOverdue' in outcome;
}
