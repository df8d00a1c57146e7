import { commandWords, environmentOf, userIds } from './process-owner.ts';
import { processIds } from './process-table.ts';
import { SWITCH_NAME } from './switch-name.ts';

/**
 * True while the dead man's switch of a killed run, which `uid` had started, still stops that run's refresh on this host.
 * The guard is the last of its group to go: once there is none, nothing of the run's commands is left.
 */
export function isStillEnding(runId: string, uid: number): boolean {
  return processIds().some((pid) => isGuardOf(pid, runId, uid));
}

/** A guard of that user whose environment may not be looked at is taken for the run's. */
function isGuardOf(pid: number, runId: string, uid: number): boolean {
  if (!commandWords(pid)?.includes(SWITCH_NAME) || !userIds(pid).every((each) => each === uid)) return false;
  return environmentOf(pid)?.includes(`WATCHER_RUN_ID=${runId}`) ?? true;
}
