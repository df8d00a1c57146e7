import { hasSucceeded } from './command-answer.ts';
import { planOf } from './plan.ts';
import type { RunContext } from './run-context.ts';
import { hasTrustedAll } from './trust.ts';
import type { Diff, LastRefresh, Outcome, RunReport } from './vocabulary.ts';

/** What a run that took the run lock leaves to the statistics and to the next run. */
export function reportOf(context: RunContext): RunReport {
  const { refreshStarted, reason, diff, memory } = context;
  const outcome = context.outcome!;
  return {
    outcome,
    refreshStarted,
    refreshSucceeded: hasRefreshed(context),
    keepIntent: mayRefreshLive(context) || mayEarlierRefreshLive(context),
    reason,
    diff,
    generations: memory.generations,
    staleRuns: memory.staleRuns ?? {},
    lastRefresh: counts(outcome, context) ? nextLastRefresh(context) : null,
    hasArrived: hasArrived(outcome, diff),
    isEffective: isEffective(outcome, context),
  };
}

/** True when this run’s refresh could not be killed, or was lost sight of: nobody knows when it ends. */
export function mayRefreshLive({ refresh, refreshStarted }: Pick<RunContext, 'refresh' | 'refreshStarted'>): boolean {
  return refresh === null ? refreshStarted : refresh.how === 'unkillable';
}

/** True when the refresh of an earlier, killed run lives, or when that cannot be determined. */
export function mayEarlierRefreshLive({
  orphan,
  memoryFailure,
}: Pick<RunContext, 'orphan' | 'memoryFailure'>): boolean {
  return orphan !== null || memoryFailure !== null;
}

/** A forced refresh is for no plan: it starts the count of ineffective ones anew. */
export function nextLastRefresh({
  run,
  reason,
  diff,
  memory: { lastRefresh },
}: Pick<RunContext, 'run' | 'reason' | 'diff' | 'memory'>): LastRefresh {
  const plan = reason === 'changed' ? planOf(diff!, run.refreshOn) : null;
  const isSame = plan !== null && plan === lastRefresh?.plan;
  return { plan, times: isSame ? lastRefresh.times + 1 : 1 };
}

/**
 * The last refresh as the next run is to know it: this run's, or else the one that was known before, which begins to be
 * counted anew once what it was for has arrived.
 */
export function lastRefreshNext<Known extends LastRefresh>(
  before: Known | null,
  { lastRefresh, hasArrived }: { readonly lastRefresh: Known | null; readonly hasArrived: boolean },
): Known | null {
  const known = before !== null && hasArrived ? { ...before, times: 0 } : before;
  return lastRefresh ?? known;
}

/** True when all groups were compared, and nothing is missing that a refresh could have been for. */
function hasArrived(outcome: Outcome, diff: Diff | null): boolean {
  return outcome.kind === 'unchanged' && outcome.why === 'noDifference' && hasTrustedAll(diff);
}

/** One that was not seen to be effective counts as well: it is tried again as often as any, and not for ever. */
function counts(outcome: Outcome, context: RunContext): boolean {
  if (outcome.kind === 'refreshed') return true;
  return outcome.kind === 'failed' && outcome.failure.kind === 'refreshIneffective' && hasRefreshed(context);
}

/** Where nobody is asked whether a refresh was effective, its exit is believed. */
function isEffective(outcome: Outcome, context: RunContext): boolean {
  return hasRefreshed(context) && (!context.run.verify || outcome.kind === 'refreshed');
}

function hasRefreshed({ refresh }: RunContext): boolean {
  return refresh !== null && hasSucceeded(refresh);
}
