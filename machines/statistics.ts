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
  /** The refreshes that earlier runs left on record, and that are over by now, in the order of these runs. */
  readonly left: readonly LeftRefresh[];
}

/** A refresh that its run could not count. */
export interface LeftRefresh {
  /** When it started, in Unix seconds. */
  readonly at: number;
  /** True where its run ended, and could only not count it; false where nobody knows how it ended, too. */
  readonly succeeded: boolean;
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
  const left = figures.left.filter((each) => !isCounted(previous, each));
  const startedAt = report.refreshStarted ? figures.refreshAt : (left.at(-1)?.at ?? null);
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
    HaproxyRefreshTry: counted(previous.HaproxyRefreshTry, left.length + Number(report.refreshStarted)),
    HaproxyRefreshSuccess: counted(
      previous.HaproxyRefreshSuccess,
      left.filter(({ succeeded }) => succeeded).length + Number(report.refreshSucceeded),
    ),
  };
}

/**
 * Was what is on record counted by a run that was killed only before it could clear the record? The time of the last
 * counted refresh says so.
 */
function isCounted({ LastRefreshCallTimestamp }: Statistics, { at }: LeftRefresh): boolean {
  return LastRefreshCallTimestamp >= Math.floor(at);
}

function later(previous: number, seconds: number | null): number {
  return seconds === null ? previous : Math.max(previous, Math.floor(seconds));
}

/** At the largest number that can be read again a counter stands still. */
function counted(previous: number, more: number): number {
  return Math.min(previous + more, Number.MAX_SAFE_INTEGER);
}
