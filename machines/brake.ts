// The brake of the cluster: a plan whose refresh failed on one node is not tried on the others for a while. The board
// only keeps who failed for what and when; whether that stops a run is decided here, by the settings of that run.

import { planOf } from './plan.ts';
import type { RunContext } from './run-context.ts';
import { untrustedGroups } from './trust.ts';
import type { BrakeMark, FailedPlan, Failure, FailureKind, RunInput, SeenMark } from './vocabulary.ts';

type Policy = Pick<RunInput, 'brakeLimit' | 'brakeTtlMs'>;

/** So many plans that failed before the last one are kept. */
const OTHERS_MAX = 20;

/** What a run is for; null when that is not known: it is forced, and could not compare, or not all. */
export function planOfRun({ run, diff }: Pick<RunContext, 'run' | 'diff'>): string | null {
  if (diff === null || diff.groupsCompared === 0) return null;
  return run.forceRun && untrustedGroups(diff).length > 0 ? null : planOf(diff, run.refreshOn);
}

/**
 * The mark that stops a refresh for this plan. A run that does not know what it is for cannot be said to be for another
 * plan, so that each mark stops it.
 */
export function markInTheWay(marks: readonly SeenMark[], plan: string | null, policy: Policy): SeenMark | null {
  const isSame = (mark: SeenMark): boolean => plan === null || mark.plan === plan;
  return marks.find((mark) => isSame(mark) && isYoung(mark, policy) && mark.failures >= policy.brakeLimit) ?? null;
}

/** For how much longer a mark stops refreshes for its own plan; null for one that stops none. */
export function brakeLeftMs(mark: SeenMark, policy: Policy): number | null {
  return markInTheWay([mark], mark.plan, policy) === null ? null : policy.brakeTtlMs - Math.max(0, mark.agoMs);
}

/** The marks after one more refresh failed: this plan's first, then what still counts of the others. */
export function marksAfter(
  marks: readonly SeenMark[],
  { plan, why }: Omit<FailedPlan, 'failures'>,
  policy: Policy,
): { readonly failed: FailedPlan; readonly others: readonly BrakeMark[] } {
  const young = marks.filter((mark) => isYoung(mark, policy));
  const before = young.find((mark) => mark.plan === plan)?.failures ?? 0;
  const others = young.filter((mark) => mark.plan !== plan).slice(0, OTHERS_MAX);
  return { failed: { plan, failures: before + 1, why }, others: others.map(({ agoMs: _, ...mark }) => mark) };
}

/** Marks that would have to last longer than any can: a clock is wrong, theirs or ours. */
export function marksOfTheFuture(marks: readonly SeenMark[], { brakeTtlMs }: Policy): readonly string[] {
  return marks
    .filter(({ agoMs }) => agoMs <= -brakeTtlMs)
    .map(
      ({ node, at }) =>
        `the brake that ${node} engaged at ${at} is ignored: by this node’s clock that time is in the future`,
    );
}

/**
 * Clocks of two nodes differ, and each difference makes a brake shorter or longer by as much. One that is dated ahead by
 * less than `brake_ttl` is believed, so that it lasts twice as long at most; beyond that it would stop the cluster for as
 * long as a clock is wrong.
 */
function isYoung({ agoMs }: SeenMark, { brakeTtlMs }: Policy): boolean {
  return agoMs < brakeTtlMs && agoMs > -brakeTtlMs;
}

/** Why a run ends that the brake stops. */
export function brakeFailure({ node, runId, at, why }: SeenMark): Failure {
  const what = `the brake is on: at ${at} the refresh for the same changes failed on ${node} (run ${runId}: ${why})`;
  return { kind: 'brakeEngaged', message: what };
}

/** Failures of a refresh that may have touched HAProxy. */
const OF_REFRESH: readonly FailureKind[] = [
  'refreshFailed',
  'refreshLeftOthers',
  'refreshTimeout',
  'refreshIneffective',
];

/**
 * Why this run's refresh failed, or null. What never started has touched nothing, and what was stopped for a signal or a
 * lost lock says nothing of its plan.
 */
export function refreshFailureOf({ refreshStarted, outcome }: RunContext): string | null {
  const hasFailed = refreshStarted && outcome?.kind === 'failed' && OF_REFRESH.includes(outcome.failure.kind);
  return hasFailed ? outcome.failure.message : null;
}
