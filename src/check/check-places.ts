import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkMayMakeFiles } from '../files/may-make-files.ts';
import { nearestFolder } from '../files/nearest-folder.ts';
import { mustAllAnswer } from '../files/patience.ts';
import { checkMayReplace } from '../files/replace-file.ts';
import { describeErrno, FileProblem } from '../host/file-problem.ts';
import { fullFolders } from '../host/full-folders.ts';
import { readStatistics } from '../node-files/statistics.ts';
import { logFileProblem } from '../report/log-file.ts';
import type { Settings } from '../settings/settings.ts';
import { messageOf } from '../text/message-of.ts';

interface Place {
  readonly key: string;
  readonly folder: string;
  /** Null for a folder, in which each run makes a file of its own. */
  readonly file: string | null;
  /** Rejects with what the writer of the file would say of the one that is there. */
  readonly look: (file: string) => Promise<void>;
}

/**
 * Where a run says what it did. It goes on without the log, recordings and metrics, and then nobody sees why; without the
 * statistics it fails at its end. Throws what is wrong with one of them.
 */
export async function checkPlaces(settings: Settings): Promise<string> {
  const places = placesOf(settings);
  await mustAllAnswer(places.flatMap(({ file, folder }) => [folder, ...(file === null ? [] : [file])]));
  const problems = (await Promise.all(places.map(problemOf))).flat();
  const { stateFile, runLockFile } = settings;
  const own = [stateFile, runLockFile, ...places.map(({ folder }) => `${nearestFolder(folder)}/any`)];
  const full = fullFolders(own).map((folder) => `no room is left in ${folder}: make some`);
  if (problems.length + full.length > 0) throw new Error([...problems, ...full].join('; '));
  return `${places.map(({ key }) => key).join(', ')}: can be written to, and there is room`;
}

function placesOf({ logFile, recordDir, metricsFile, statFile }: Settings): readonly Place[] {
  return [
    ...(logFile === '-' ? [] : [inFolder('log_file', logFile, lookAtLog)]),
    ...(recordDir === null ? [] : [{ key: 'record_dir', folder: recordDir, file: null, look: async () => {} }]),
    ...(metricsFile === null ? [] : [inFolder('metrics_file', metricsFile, checkMayReplace)]),
    inFolder('stat_file', statFile, lookAtStatistics),
  ];
}

function inFolder(key: string, file: string, look: Place['look']): Place {
  return { key, folder: dirname(file), file, look };
}

async function problemOf({ key, folder, file, look }: Place): Promise<readonly string[]> {
  const found = nearestFolder(folder);
  try {
    if (!statSync(found).isDirectory()) return [`${key}: ${found} is no folder (correct ${key})`];
    checkMayMakeFiles(found);
  } catch (error) {
    return [`${key}: ${found} cannot be written to: ${describeErrno(error)} (correct its rights, or ${key})`];
  }
  try {
    if (file !== null) await look(file);
    return [];
  } catch (error) {
    return [`${key}: ${messageOf(error)}${error instanceof FileProblem ? ` (remove it, or correct ${key})` : ''}`];
  }
}

async function lookAtLog(file: string): Promise<void> {
  const problem = logFileProblem(file);
  if (problem !== null) throw new FileProblem(file, `cannot be opened: ${problem}`);
}

async function lookAtStatistics(file: string): Promise<void> {
  await checkMayReplace(file);
  await readStatistics(file);
}
