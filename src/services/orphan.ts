import { readFileSync } from 'node:fs';
import type { Orphan } from '../../machines/vocabulary.ts';
import { bootId, groupMembers, isAlive } from '../host/process-table.ts';
import { isGuard } from '../host/switch-guard.ts';
import type { Intent } from './state-file.ts';

/**
 * The refresh command of an earlier, killed run, if any part of it is still alive. The guard that the command was left
 * with is no part of it, and may count down long after the last one. Touches and signals nothing.
 */
export function findOrphan(intent: Intent): Orphan | null {
  if (intent.boot_id !== bootId()) return null;
  if (!groupMembers(intent.pgid).some((pid) => belongs(pid, intent) && !isGuard(pid))) return null;
  return { runId: intent.run_id, pgid: intent.pgid, startedAt: intent.started_at };
}

/** By now the group's number may be a stranger's: a member shows that it is the same group by its leader or its environment. */
function belongs(pid: number, { run_id: runId, pgid, starttime }: Intent): boolean {
  if (pid === pgid) return isAlive(pid, starttime);
  return environmentOf(pid).includes(`WATCHER_RUN_ID=${runId}`);
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
