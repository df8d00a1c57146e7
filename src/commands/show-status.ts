import type { Holder, Orphan } from '../../machines/vocabulary.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { FileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { hostLock } from '../host-lock/host-lock.ts';
import { findOrphan } from '../node-files/orphan.ts';
import { readState } from '../node-files/state-file.ts';
import { findSettings } from '../settings/find-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { asOneLine, printableJson } from '../text/printable.ts';
import type { Answer } from './command.ts';

const IDLE = 0;
const BUSY = 1;
const UNKNOWN = 3;

/**
 * `watcher status`: is a run in progress on this node, or a refresh that a killed run left? The code is 0 for no, 1 for
 * yes, and 3 where that cannot be determined. Touches nothing. Throws `ConfigError` when it is not known where to look:
 * another run lock than that of cron's runs is always free.
 */
export async function showStatus(flags: Flags, { json }: { readonly json: boolean }): Promise<Answer> {
  const fields = ['runLockFile', 'stateFile'] as const;
  const { settings, problems } = await findSettings(fields, flags, process.env, workingFolder());
  if (problems.length > 0) {
    const advice = 'correct it, or give --run_lock_file and --state_file';
    throw new ConfigError([`${CANNOT_TELL}: ${problems.join('; ')}; ${advice}`]);
  }
  try {
    return await look(settings, json);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return inDoubt(error.message, json);
  }
}

const CANNOT_TELL = 'cannot tell whether a run is in progress';

async function look(
  { runLockFile, stateFile }: Pick<Settings, 'runLockFile' | 'stateFile'>,
  json: boolean,
): Promise<Answer> {
  const before = await findRun(runLockFile);
  const { state, notes } = await readState(stateFile);
  const remains = state.intent === null ? null : findOrphan(state.intent);
  const refresh = remains?.orphan ?? null;
  // A run may have begun between the two looks, and the refresh be its own.
  const run = before ?? (refresh === null ? null : await findRun(runLockFile));
  const answer = json ? printableJson(asData(run, refresh)) : asOneLine(format(runLockFile, run, refresh));
  return {
    text: `${answer}\n`,
    code: run === null && refresh === null ? IDLE : BUSY,
    warnings: [...notes, ...(remains?.notes ?? [])],
  };
}

/** On a terminal the reason is a complaint; a program that asked for JSON gets it as data. */
function inDoubt(why: string, json: boolean): Answer {
  const data = { busy: null, run: null, refresh: null, problem: why };
  return { text: json ? `${printableJson(data)}\n` : '', code: UNKNOWN, warnings: [`${CANNOT_TELL}: ${why}`] };
}

/** Who has the run lock. In a folder that is not there, nobody. */
async function findRun(runLockFile: string): Promise<Holder | null> {
  try {
    return await hostLock(runLockFile).look();
  } catch (error) {
    if (error instanceof FileProblem && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A refresh beside a run is that run's own. Alone, its run was killed, or has its run lock elsewhere. */
function format(runLockFile: string, run: Holder | null, refresh: Orphan | null): string {
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
