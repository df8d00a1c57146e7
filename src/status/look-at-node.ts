import { dirname } from 'node:path';
import type { Holder } from '../../machines/vocabulary.ts';
import { answeringAmong, mustAnswer } from '../files/patience.ts';
import { errorCode } from '../host/file-problem.ts';
import { fullFolders } from '../host/full-folders.ts';
import { processEntry } from '../host/process-table.ts';
import { hostLock } from '../host-lock/host-lock.ts';
import { judgedBy } from '../host-lock/owner-state.ts';
import { findOrphan } from '../node-files/orphan.ts';
import { readProgress } from '../node-files/progress-file.ts';
import { readState } from '../node-files/state-file.ts';
import { isToCome } from '../record/by-age.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { askHandbrake, type HandbrakeSettings } from './ask-handbrake.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { EndedRun, NodeStatus } from './node-status.ts';
import { lastRecordedRuns } from './recorded-runs.ts';

export type LookSettings = HandbrakeSettings &
  Pick<Settings, 'runLockFile' | 'stateFile' | 'statFile' | 'logFile' | 'recordDir'>;

export interface LookOptions {
  readonly settings: LookSettings;
  /** Why the configuration is refused; null where it is not. */
  readonly refused: string | null;
  readonly longestRunMs: number | null;
  readonly redact: Redact;
  /** Answers with what the nodes share; null where it is not known where that is. */
  readonly cluster: () => Promise<ClusterStatus | null>;
}

export interface Look {
  readonly status: NodeStatus;
  readonly notes: readonly string[];
}

/** Looks at everything, and touches nothing. Rejects with a `FileProblem` where it is not known whether a run goes on. */
export async function lookAtNode({ settings, refused, longestRunMs, redact, cluster }: LookOptions): Promise<Look> {
  const { runLockFile, stateFile, statFile, logFile, recordDir } = settings;
  const asked = Promise.all([askHandbrake(settings, redact), cluster(), lastRecordedRuns(recordDir)]);
  const before = await findRun(runLockFile);
  const { state, notes } = await readState(stateFile);
  const remains = state.intent === null ? null : findOrphan(state.intent);
  const refresh = remains?.orphan ?? null;
  // A run may have begun between the two looks, and the refresh be its own.
  const run = judgedBy(longestRunMs, before ?? (refresh === null ? null : await findRun(runLockFile)));
  const progress = run === null ? null : await readProgress(runLockFile, run.runId);
  const [handbrake, shared, recorded] = await asked;
  const nowMs = Date.now();
  const lastRun = later(state.last_run ?? null, recorded.lastRun, nowMs);
  const written = [stateFile, statFile, runLockFile, ...(logFile === '-' ? [] : [logFile])];
  const places = [...written, ...(recordDir === null ? [] : [`${recordDir}/any`])];
  const folders = await answeringAmong(places.map((place) => dirname(place)));
  return {
    status: {
      nowMs,
      run,
      isStopped: run !== null && isStopped(run),
      longestRunMs,
      refresh,
      progress,
      lastRun,
      isRecorded: lastRun !== null && recorded.has(lastRun.run_id),
      lastStartAt: recorded.lastStartAt,
      lastRefresh: state.last_refresh ?? null,
      discoveryAt: state.discovery_at ?? null,
      handbrake,
      fullFolders: fullFolders(places.filter((place) => folders.includes(dirname(place)))),
      cluster: shared,
      refused,
    },
    notes: [...notes, ...(remains?.notes ?? [])],
  };
}

/** Who has the run lock. In a folder that is not there, nobody. */
async function findRun(runLockFile: string): Promise<Holder | null> {
  try {
    await mustAnswer(runLockFile);
    return await hostLock(runLockFile).look();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function isStopped({ pid }: Holder): boolean {
  try {
    const state = pid === null ? null : processEntry(pid)?.state;
    return state === 'T' || state === 't';
  } catch {
    return false;
  }
}

/** A run that took the run lock is in both. What is dated ahead is of a wrong clock, and says nothing of its age. */
function later(remembered: EndedRun | null, recorded: EndedRun | null, nowMs: number): EndedRun | null {
  if (remembered === null || recorded === null) return remembered ?? recorded;
  const isSame = remembered.run_id === recorded.run_id;
  const [rememberedAt, recordedAt] = [remembered, recorded].map(({ at }) => {
    const atMs = Date.parse(at);
    return isToCome(atMs, nowMs) ? Number.NEGATIVE_INFINITY : atMs;
  });
  return !isSame && recordedAt! > rememberedAt! ? recorded : remembered;
}
