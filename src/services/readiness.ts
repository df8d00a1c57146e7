import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FailureKind } from '../../machines/vocabulary.ts';
import { Failed } from '../failure.ts';
import { makeFolder } from '../files/make-folder.ts';
import { checkMayMakeFiles } from '../files/may-make-files.ts';
import { nearestFolder } from '../files/nearest-folder.ts';
import { describeErrno, errorCode } from '../host/file-problem.ts';
import type { Settings } from '../settings/settings.ts';
import { type CommandsOptions, checkCommands } from './command-readiness.ts';

export interface ReadinessOptions extends CommandsOptions {
  readonly settings: Pick<Settings, 'stateFile' | 'statFile'> & CommandsOptions['settings'];
  /** What the lock service and the source can say of this node without asking anybody. */
  readonly backends: () => Promise<void>;
  /** Makes no folder, and looks instead whether a run could. */
  readonly onlyLooks?: boolean;
}

/**
 * Whether this node has what a real run needs, before any lock is taken and in a dry run too: a dry run that ends well
 * says that a refresh could start. Makes the folders of the files that a run writes, unless it only looks, and has no
 * other effect. Rejects with a `Failed` that names the setting. Notes say what does not stop a run but ought to be put
 * right.
 */
export async function checkReadiness(options: ReadinessOptions): Promise<{ readonly notes: readonly string[] }> {
  const { stateFile, statFile } = options.settings;
  const prepare = options.onlyLooks ? checkCanBeMade : (folder: string) => makeFolder(folder, 0o755);
  checkFolder(stateFile, 'state_file', 'refreshNotStarted', prepare);
  checkWritable(stateFile);
  checkFolder(statFile, 'stat_file', 'statisticsUnwritable', prepare);
  const notes = await checkCommands(options);
  await options.backends();
  return { notes };
}

function checkFolder(path: string, key: string, kind: FailureKind, prepare: (folder: string) => void): void {
  const folder = dirname(path);
  try {
    prepare(folder);
  } catch (error) {
    throw new Failed(
      kind,
      `${key}: the folder ${folder} cannot be made: ${describeErrno(error)} (create it, or correct ${key})`,
    );
  }
}

/** Throws what the system says of the place where a missing folder would be made. */
function checkCanBeMade(folder: string): void {
  const place = nearestFolder(folder);
  if (place === folder) return;
  // The point at its end makes the system refuse what is no folder.
  statSync(`${place}/.`);
  checkMayMakeFiles(place);
}

/** Without its record a refresh is never started. */
function checkWritable(path: string): void {
  const folder = nearestFolder(dirname(path));
  const fail: (what: string) => never = (what) => {
    throw new Failed('refreshNotStarted', `state_file: ${what} (correct that, or name another state_file)`);
  };
  try {
    checkMayMakeFiles(folder);
  } catch (error) {
    fail(`the folder ${folder} cannot be written to: ${describeErrno(error)}`);
  }
  try {
    if (!lstatSync(path).isFile()) fail(`${path} is not a regular file`);
  } catch (error) {
    if (error instanceof Failed) throw error;
    if (errorCode(error) !== 'ENOENT') fail(`${path} cannot be looked at: ${describeErrno(error)}`);
  }
}
