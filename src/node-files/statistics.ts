import * as v from 'valibot';
import { type Statistics, zeros } from '../../machines/statistics.ts';
import { Failed } from '../failure.ts';
import { changeJson } from '../files/change-own-file.ts';
import { type OwnFile, type Recalled, recallJson } from '../files/own-file.ts';
import { messageOf } from '../host/file-problem.ts';
import { objectOf } from '../json/validate.ts';

const expectsCount = 'expected a whole number that is not below 0';
const count = v.pipe(v.number(expectsCount), v.safeInteger(expectsCount), v.minValue(0, expectsCount));

const entries = Object.fromEntries(Object.keys(zeros()).map((name) => [name, count])) as Record<
  keyof Statistics,
  typeof count
>;

const statisticsFile: OwnFile<Statistics> = {
  schema: objectOf(entries, 'expected an object with figures'),
  maxBytes: 65_536,
};

/**
 * What the statistics file says, or zeros: where it is not there, as before the first run, and with a note where it is
 * damaged. Changes nothing. Rejects with `Failed`, kind `statisticsUnwritable`, when the file may be good but cannot be
 * read: zeros would then make the counters go back.
 */
export async function readStatistics(
  path: string,
): Promise<{ readonly statistics: Statistics; readonly isMissing: boolean; readonly notes: readonly string[] }> {
  const recalled = await recallJson(path, statisticsFile).catch(fail);
  return { ...statisticsIn(recalled), isMissing: recalled.kind === 'missing' };
}

/** What is to be counted, from what was counted before. Notes are passed on. */
type Count = (before: Statistics) => { readonly statistics: Statistics; readonly notes: readonly string[] };

/** Replaces the statistics file; a damaged one is kept beside it. Rejects with `Failed`, kind `statisticsUnwritable`. */
export async function countIn(path: string, count: Count): Promise<{ readonly notes: readonly string[] }> {
  const noted: string[] = [];
  const made = await changeJson(path, statisticsFile, (recalled) => {
    const before = statisticsIn(recalled);
    const { statistics, notes } = count(before.statistics);
    noted.push(...before.notes, ...notes);
    return statistics;
  }).catch(fail);
  return { notes: [...noted, ...made] };
}

function statisticsIn(recalled: Recalled<Statistics>) {
  const notes = recalled.kind === 'damaged' ? [`the statistics start from zero: ${recalled.why}`] : [];
  return { statistics: recalled.kind === 'good' ? recalled.value : zeros(), notes };
}

function fail(error: unknown): never {
  throw new Failed(
    'statisticsUnwritable',
    `the statistics cannot be used: ${messageOf(error)} (correct stat_file, or see to its folder)`,
  );
}
