import * as v from 'valibot';
import { type Statistics, zeros } from '../../machines/statistics.ts';
import { Failed } from '../failure.ts';
import { type OwnFile, type Recalled, recallJson, rememberJson } from '../files/own-file.ts';
import { quarantineFile } from '../files/quarantine-file.ts';
import { cleanTemps } from '../files/replace-file.ts';
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
  const recalled = await recall(path);
  const notes = recalled.kind === 'damaged' ? [`the statistics start from zero: ${recalled.why}`] : [];
  const statistics = recalled.kind === 'good' ? recalled.value : zeros();
  return { statistics, isMissing: recalled.kind === 'missing', notes };
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

function fail(error: unknown): never {
  throw new Failed(
    'statisticsUnwritable',
    `the statistics cannot be used: ${messageOf(error)} (correct stat_file, or see to its folder)`,
  );
}
