import type { RunReport } from './vocabulary.ts';

/** What a node counts of its runs: times in whole Unix seconds, durations in whole seconds; "lock" is the run lock. */
export interface Statistics {
  readonly LastLockAcquiredTimestamp: number;
  readonly LastSuccessFinishTimestamp: number;
  readonly LastSuccessRunDurationSec: number;
  readonly LastErrorTimestamp: number;
  readonly Errors: number;
  readonly TotalLockedRuns: number;
  readonly LastRefreshCallTimestamp: number;
  readonly HaproxyRefreshTry: number;
  readonly HaproxyRefreshSuccess: number;
}

/** What the statistics count of one run that took the run lock. Times in Unix seconds; fractions are dropped. */
export interface RunFigures {
  readonly report: RunReport;
  readonly runLockAt: number;
  readonly finishedAt: number;
  readonly durationSec: number;
  /** When this run's refresh command was sent `go`; null when there was none. */
  readonly refreshAt: number | null;
  /** The refreshes that earlier runs left on record, and that are over by now; null where there are none. */
  readonly left: LeftRefreshes | null;
}

/** Refreshes that their runs could not count. */
export interface LeftRefreshes {
  /** When the last of them started, in Unix seconds. */
  readonly at: number;
  readonly tries: number;
  /** Those that are known to have succeeded: their runs ended, and could only not count them. */
  readonly successes: number;
}

/** The statistics of a node on which nothing was ever done. */
export function zeros(): Statistics {
  return {
    LastLockAcquiredTimestamp: 0,
    LastSuccessFinishTimestamp: 0,
    LastSuccessRunDurationSec: 0,
    LastErrorTimestamp: 0,
    Errors: 0,
    TotalLockedRuns: 0,
    LastRefreshCallTimestamp: 0,
    HaproxyRefreshTry: 0,
    HaproxyRefreshSuccess: 0,
  };
}

/**
 * The statistics after one more run, from such as have no time that is still to come. No time and no counter ever goes
 * backwards, and no time is after the end of the run, whatever the clock did meanwhile.
 */
export function nextStatistics(previous: Statistics, figures: RunFigures): Statistics {
  const { report, finishedAt, durationSec } = figures;
  const left = isCounted(previous, figures.left) ? null : figures.left;
  const startedAt = report.refreshStarted ? figures.refreshAt : (left?.at ?? null);
  const runLockAt = Math.min(figures.runLockAt, finishedAt);
  const refreshAt = startedAt === null ? null : Math.min(startedAt, finishedAt);
  const failed = report.outcome.kind === 'failed';
  const succeeded = !failed && report.outcome.kind !== 'aborted';
  return {
    LastLockAcquiredTimestamp: later(previous.LastLockAcquiredTimestamp, runLockAt),
    LastSuccessFinishTimestamp: later(previous.LastSuccessFinishTimestamp, succeeded ? finishedAt : null),
    LastSuccessRunDurationSec: succeeded ? Math.max(0, Math.round(durationSec)) : previous.LastSuccessRunDurationSec,
    LastErrorTimestamp: later(previous.LastErrorTimestamp, failed ? finishedAt : null),
    Errors: counted(previous.Errors, Number(failed)),
    TotalLockedRuns: counted(previous.TotalLockedRuns, 1),
    LastRefreshCallTimestamp: later(previous.LastRefreshCallTimestamp, refreshAt),
    HaproxyRefreshTry: counted(previous.HaproxyRefreshTry, (left?.tries ?? 0) + Number(report.refreshStarted)),
    HaproxyRefreshSuccess: counted(
      previous.HaproxyRefreshSuccess,
      (left?.successes ?? 0) + Number(report.refreshSucceeded),
    ),
  };
}

/** Both together: refreshes of one run after another that none of them could count. */
export function leftTogether(earlier: LeftRefreshes, later: LeftRefreshes): LeftRefreshes {
  return {
    at: Math.max(earlier.at, later.at),
    tries: counted(earlier.tries, later.tries),
    successes: counted(earlier.successes, later.successes),
  };
}

/**
 * Was what is on record counted by a run that was killed only before it could clear the record? The time of the last
 * counted refresh says so.
 */
function isCounted({ LastRefreshCallTimestamp }: Statistics, left: LeftRefreshes | null): boolean {
  return left !== null && LastRefreshCallTimestamp >= Math.floor(left.at);
}

function later(previous: number, seconds: number | null): number {
  return seconds === null ? previous : Math.max(previous, Math.floor(seconds));
}

/** At the largest number that can be read again a counter stands still. */
function counted(previous: number, more: number): number {
  return Math.min(previous + more, Number.MAX_SAFE_INTEGER);
}
