import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkMayMakeFiles } from '../files/may-make-files.ts';
import { nearestFolder } from '../files/nearest-folder.ts';
import { describeErrno } from '../host/file-problem.ts';
import { fullFolders } from '../host/full-folders.ts';
import type { Settings } from '../settings/settings.ts';

/** Where a run says what it did. It goes on without, and then nobody sees why. Throws what is wrong with one of them. */
export function checkPlaces({ logFile, recordDir, metricsFile, stateFile, statFile, runLockFile }: Settings): string {
  const folders: readonly (readonly [key: string, folder: string])[] = [
    ...(logFile === '-' ? [] : [['log_file', dirname(logFile)] as const]),
    ...(recordDir === null ? [] : [['record_dir', recordDir] as const]),
    ...(metricsFile === null ? [] : [['metrics_file', dirname(metricsFile)] as const]),
  ];
  const problems = folders.flatMap(([key, folder]) => {
    const found = nearestFolder(folder);
    try {
      if (!statSync(found).isDirectory()) return [`${key}: ${found} is no folder (correct ${key})`];
      checkMayMakeFiles(found);
      return [];
    } catch (error) {
      return [`${key}: ${found} cannot be written to: ${describeErrno(error)} (correct its rights, or ${key})`];
    }
  });
  const own = [stateFile, statFile, runLockFile, ...folders.map(([, folder]) => `${nearestFolder(folder)}/any`)];
  const full = fullFolders(own).map((folder) => `no room is left in ${folder}: make some`);
  if (problems.length + full.length > 0) throw new Error([...problems, ...full].join('; '));
  return `${folders.map(([key]) => key).join(', ') || 'the folders of a run'}: can be written to, and there is room`;
}
