import type { Holder } from '../../machines/vocabulary.ts';
import { FileProblem } from '../host/file-problem.ts';
import { hostLock } from '../host-lock/host-lock.ts';
import { findOrphan } from '../node-files/orphan.ts';
import { readProgress } from '../node-files/progress-file.ts';
import { readState } from '../node-files/state-file.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { askHandbrake, type HandbrakeSettings } from './ask-handbrake.ts';
import type { NodeStatus } from './node-status.ts';

export type LookSettings = Pick<Settings, 'runLockFile' | 'stateFile'> & HandbrakeSettings;

export interface Look {
  readonly status: NodeStatus;
  readonly notes: readonly string[];
}

/** Looks at everything, and touches nothing. Rejects with a `FileProblem` where it is not known whether a run goes on. */
export async function lookAtNode(settings: LookSettings, refused: string | null, redact: Redact): Promise<Look> {
  const { runLockFile, stateFile } = settings;
  const before = await findRun(runLockFile);
  const { state, notes } = await readState(stateFile);
  const remains = state.intent === null ? null : findOrphan(state.intent);
  const refresh = remains?.orphan ?? null;
  // A run may have begun between the two looks, and the refresh be its own.
  const run = before ?? (refresh === null ? null : await findRun(runLockFile));
  return {
    status: {
      nowMs: Date.now(),
      run,
      refresh,
      progress: run === null ? null : await readProgress(runLockFile, run.runId),
      lastRun: state.last_run ?? null,
      lastRefresh: state.last_refresh ?? null,
      discoveryAt: state.discovery_at ?? null,
      handbrake: await askHandbrake(settings, redact),
      refused,
    },
    notes: [...notes, ...(remains?.notes ?? [])],
  };
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
