import type { Holder, Orphan } from '../../machines/vocabulary.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { exclusiveFile } from '../files/exclusive-file.ts';
import { FileProblem } from '../files/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { asOneLine } from '../report/one-line.ts';
import { printableJson } from '../report/printable.ts';
import { findOrphan } from '../services/orphan.ts';
import { readState } from '../services/state-file.ts';
import { findSettings } from '../settings/find-settings.ts';
import type { Printed } from './replay.ts';

const IDLE = 0;
const BUSY = 1;

/**
 * `watcher status`: is a run in progress on this node, or a refresh that a killed run left? The code is 0 for no and 1
 * for yes. Touches nothing. Throws `ConfigError`, also when the run lock cannot be looked at: where to look must be known,
 * for another run lock than that of cron's runs is always free.
 */
export async function showStatus(
  flags: Flags,
  { json }: { readonly json: boolean },
): Promise<Printed & { readonly warnings: readonly string[] }> {
  const fields = ['runLockFile', 'stateFile'] as const;
  const { settings, problems } = await findSettings(fields, flags, process.env, workingFolder());
  if (problems.length > 0) throw untold(`${problems.join('; ')}; correct it, or give --run_lock_file and --state_file`);
  const before = await findRun(settings.runLockFile);
  const { state, notes } = await readState(settings.stateFile);
  const refresh = state.intent === null ? null : findOrphan(state.intent);
  // A run may have begun between the two looks, and the refresh be its own.
  const run = before ?? (refresh === null ? null : await findRun(settings.runLockFile));
  const answer = json ? printableJson(asData(run, refresh)) : asOneLine(inWords(settings.runLockFile, run, refresh));
  return {
    text: `${answer}\n`,
    code: run === null && refresh === null ? IDLE : BUSY,
    warnings: notes,
  };
}

/** Who has the run lock. In a folder that is not there, nobody. */
async function findRun(runLockFile: string): Promise<Holder | null> {
  try {
    return await exclusiveFile(runLockFile).look();
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (error.code === 'ENOENT') return null;
    throw untold(`run_lock_file: ${error.message}`);
  }
}

function untold(why: string): ConfigError {
  return new ConfigError([`nobody can tell whether a run is in progress: ${why}`]);
}

/** A refresh beside a run is that run's own. Alone, its run was killed, or has its run lock elsewhere. */
function inWords(runLockFile: string, run: Holder | null, refresh: Orphan | null): string {
  const group = refresh && `process group ${refresh.pgid}, since ${refresh.startedAt}`;
  if (run === null) {
    if (refresh === null) return 'idle: no run is in progress';
    return `busy: the refresh command of the run ${refresh.runId} is alive (${group}), and no run has ${runLockFile}`;
  }
  const about = [
    ...(run.pid === null ? [] : [`pid ${run.pid}`]),
    ...(run.runId === null ? [] : [`run ${run.runId}`]),
    ...(run.since === null ? [] : [`since ${run.since}`]),
  ];
  const details = about.length === 0 ? '' : ` (${about.join(', ')})`;
  return `busy: ${run.title}${details}${refresh === null ? '' : `; its refresh command runs (${group})`}`;
}

function asData(run: Holder | null, refresh: Orphan | null): Readonly<Record<string, unknown>> {
  return {
    busy: run !== null || refresh !== null,
    run: run && { title: run.title, host: run.host, pid: run.pid, run_id: run.runId, since: run.since },
    refresh: refresh && { run_id: refresh.runId, pgid: refresh.pgid, started_at: refresh.startedAt },
  };
}
