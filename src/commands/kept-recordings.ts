import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { errorCode, fileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { byAge } from '../record/by-age.ts';
import { startedAtIn } from '../record/recording-head.ts';
import { recordedAt } from '../record/recording-name.ts';
import { findSettings } from '../settings/find-settings.ts';
import { quoted } from '../text/quoted.ts';

/** A run's id, or enough of its beginning. */
const RUN_ID = /^[0-9a-f]{4,16}$/;

/** The folder that runs are recorded in. Throws `ConfigError` where none is set. */
export async function recordDir(flags: Flags): Promise<string> {
  const { settings, problems } = await findSettings(['recordDir'], flags, process.env, workingFolder());
  if (settings.recordDir !== null) return settings.recordDir;
  const why = problems.length > 0 ? problems.join('; ') : 'record_dir is not set, so that no run is recorded by itself';
  throw new ConfigError([`${why}; name a recording, or give --record_dir`]);
}

/** The recording that is meant: a file, the newest of a folder, or a run of `record_dir` by its id. Throws `ConfigError`. */
export async function findRun(word: string | null, flags: Flags): Promise<string> {
  if (word !== null && existsSync(word)) return statSync(word).isDirectory() ? newestIn(word) : word;
  if (word === null) return newestIn(await recordDir(flags));
  if (!RUN_ID.test(word)) return word;
  const folder = await recordDir(flags);
  const found = recordingsIn(folder).filter((name) => name.slice(name.indexOf('-') + 1).startsWith(word));
  if (found.length === 1) return join(folder, found[0]!);
  const why = found.length === 0 ? 'no recording of' : `${found.length} recordings of runs that begin with`;
  throw new ConfigError([`${why} ${quoted(word)} in ${folder}`]);
}

/** The recordings of a folder that began at that time or later, in their order. Throws `ConfigError`. */
export function recordingsSince(folder: string, sinceMs: number): readonly string[] {
  return recordingsIn(folder)
    .filter((name) => (startOf(folder, name) ?? Number.NEGATIVE_INFINITY) >= sinceMs)
    .map((name) => join(folder, name));
}

function newestIn(folder: string): string {
  const newest = recordingsIn(folder).at(-1);
  if (newest === undefined) throw new ConfigError([`${folder}: no recording is here yet`]);
  return join(folder, newest);
}

/** The oldest first. */
function recordingsIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => basename(name).endsWith('.jsonl'));
    return byAge(names, Date.now(), (name) => startOf(folder, name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new ConfigError([`${folder}: no such folder: no run has been recorded there yet`]);
    throw new ConfigError([fileProblem(folder, 'cannot be read', error).message]);
  }
}

/** A recording that was given a name, or another one, still says itself when its run began. */
function startOf(folder: string, name: string): number | null {
  return recordedAt(name) ?? startedAtIn(join(folder, name));
}
