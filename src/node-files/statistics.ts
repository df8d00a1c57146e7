import * as v from 'valibot';
import type { RunReport } from '../../machines/vocabulary.ts';
import { Failed } from '../failure.ts';
import { type OwnFile, type Recalled, recallJson, rememberJson } from '../files/own-file.ts';
import { quarantineFile } from '../files/quarantine-file.ts';
import { cleanTemps } from '../files/replace-file.ts';
import { messageOf } from '../host/file-problem.ts';
import { objectOf } from '../json/validate.ts';
import type { Intent } from './state-file.ts';

const expectsCount = 'expected a whole number that is not below 0';
const count = v.pipe(v.number(expectsCount), v.safeInteger(expectsCount), v.minValue(0, expectsCount));

const entries = {
  LastLockAcquiredTimestamp: count,
  LastSuccessFinishTimestamp: count,
  LastSuccessRunDurationSec: count,
  LastErrorTimestamp: count,
  Errors: count,
  TotalLockedRuns: count,
  LastRefreshCallTimestamp: count,
  HaproxyRefreshTry: count,
  HaproxyRefreshSuccess: count,
};

const statisticsSchema = objectOf(entries, 'expected an object with figures');

/** The statistics file: times in whole Unix seconds, durations in whole seconds; "lock" is the run lock. */
export type Statistics = v.InferOutput<typeof statisticsSchema>;

const statisticsFile: OwnFile<Statistics> = { schema: statisticsSchema, maxBytes: 65_536 };

/** What the statistics count of one run that took the run lock. Times in Unix seconds; fractions are dropped. */
export interface RunFigures {
  readonly report: RunReport;
  readonly runLockAt: number;
  readonly finishedAt: number;
  readonly durationSec: number;
  /** When the last refresh command that these figures count was started; null when there was none. */
  readonly refreshAt: number | null;
  /** Refreshes of killed runs that nobody has counted yet: they were tried, and nobody knows how they ended. */
  readonly unknownRefreshes: number;
}

/**
 * What the statistics file says, or zeros: where it is not there, as before the first run, and with a note where it is
 * damaged. Changes nothing. Rejects with `Failed`, kind `statisticsUnwritable`, when the file may be good but cannot be
 * read: zeros would then make the counters go back.
 */
export async function readStatistics(
  path: string,
): Promise<{ readonly statistics: Statistics; readonly isMissing: boolean; readonly notes: readonly string[] }> {
  const recalled = await recall(path);
  const notes = recalled.kind === 'damaged' ? [`the statistics start from zero: ${recalled.why}`] : [];
  const statistics = recalled.kind === 'good' ? recalled.value : zeros();
  return { statistics, isMissing: recalled.kind === 'missing', notes };
}

/**
 * The statistics after one more run, from such as have no time that is still to come. No time and no counter ever goes
 * backwards, and no time is after the end of the run, whatever the clock did meanwhile.
 */
export function nextStatistics(previous: Statistics, figures: RunFigures): Statistics {
  const { report, finishedAt, durationSec, unknownRefreshes } = figures;
  const runLockAt = Math.min(figures.runLockAt, finishedAt);
  const refreshAt = figures.refreshAt === null ? null : Math.min(figures.refreshAt, finishedAt);
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
    HaproxyRefreshTry: counted(previous.HaproxyRefreshTry, unknownRefreshes + Number(report.refreshStarted)),
    HaproxyRefreshSuccess: counted(previous.HaproxyRefreshSuccess, Number(report.refreshSucceeded)),
  };
}

/**
 * Was the refresh of this record counted by the run that started it, which was then killed before it could clear the
 * record? The time of the last counted refresh says so.
 */
export function isCounted({ LastRefreshCallTimestamp }: Statistics, intent: Intent): boolean {
  return LastRefreshCallTimestamp >= Math.floor(Date.parse(intent.started_at) / 1000);
}

/** Replaces the statistics file; a damaged one is kept beside it. Rejects with `Failed`, kind `statisticsUnwritable`. */
export async function writeStatistics(
  path: string,
  statistics: Statistics,
): Promise<{ readonly notes: readonly string[] }> {
  const damaged = (await recall(path)).kind === 'damaged';
  const notes = damaged ? [await quarantineFile(path).catch(fail)] : [];
  await rememberJson(path, statisticsFile, statistics).catch(fail);
  return { notes: [...notes, ...(await cleanTemps(path))] };
}

function recall(path: string): Promise<Recalled<Statistics>> {
  return recallJson(path, statisticsFile).catch(fail);
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

function later(previous: number, seconds: number | null): number {
  return seconds === null ? previous : Math.max(previous, Math.floor(seconds));
}

/** At the largest number that can be read again a counter stands still. */
function counted(previous: number, more: number): number {
  return Math.min(previous + more, Number.MAX_SAFE_INTEGER);
}

function fail(error: unknown): never {
  throw new Failed(
    'statisticsUnwritable',
    `the statistics cannot be used: ${messageOf(error)} (correct stat_file, or see to its folder)`,
  );
}
