import { readdirSync, readFileSync } from 'node:fs';

import { SWITCH_NAME } from './switch-name.ts';

/**
 * True while the dead man's switch of a killed run still stops that run's refresh on this host. The guard is the last
 * of its group to go: once there is none, nothing of the run's commands is left.
 */
export function isStillEnding(runId: string): boolean {
  return readdirSync('/proc').some((pid) => /^[0-9]+$/.test(pid) && isGuardOf(pid, runId));
}

function isGuardOf(pid: string, runId: string): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(SWITCH_NAME)) return false;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`WATCHER_RUN_ID=${runId}`);
  } catch {
    // It ended while we looked, or belongs to another user, whose refresh it then is not ours to wait for.
    return false;
  }
}
