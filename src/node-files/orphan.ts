import type { Orphan } from '../../machines/vocabulary.ts';
import { environmentOf, strangerOf } from '../host/process-owner.ts';
import { bootId, groupEntries, isAlive, type ProcessEntry } from '../host/process-table.ts';
import { isGuard } from '../host/switch-guard.ts';
import { formatStranger } from '../host/trusted-user.ts';
import type { Intent } from './state-file.ts';

/** What is left of the refresh command of an earlier, killed run. */
export interface Remains {
  /** Set while any part of it is alive. */
  readonly orphan: Orphan | null;
  /** Processes in its group that are not believed to be of it. */
  readonly notes: readonly string[];
}

/**
 * Looks for the refresh command of an earlier, killed run. The guard that the command was left with is no part of it, and
 * may count down long after the last one. Touches and signals nothing. Throws a `FileProblem` where /proc does not say.
 */
export function findOrphan(intent: Intent): Remains {
  if (intent.boot_id !== bootId()) return { orphan: null, notes: [] };
  const claimants = groupEntries(intent.pgid).filter((entry) => belongs(entry, intent) && !isGuard(entry.pid));
  const isLeft = claimants.some((entry) => isLeader(entry, intent) || strangerOf(entry.pid) === null);
  if (!isLeft) return { orphan: null, notes: claimants.map(({ pid }) => notBelieved(pid, intent)) };
  return { orphan: { runId: intent.run_id, pgid: intent.pgid, startedAt: intent.started_at }, notes: [] };
}

/**
 * By now the group's number may be a stranger's: a member shows that it is the same group by being its leader, or by its
 * environment. One that shows none, as another user's by now, root's after `sudo`, is taken for one of the group.
 */
function belongs(entry: ProcessEntry, intent: Intent): boolean {
  if (entry.pid === entry.pgid) return isLeader(entry, intent);
  if (entry.startTime < intent.starttime) return false;
  return environmentOf(entry.pid)?.includes(`WATCHER_RUN_ID=${intent.run_id}`) ?? true;
}

/** Nobody can choose both numbers: whose the leader is by now does not matter. */
function isLeader({ pid, pgid }: ProcessEntry, { starttime }: Intent): boolean {
  return pid === pgid && isAlive(pid, starttime);
}

function notBelieved(pid: number, { pgid, run_id: runId }: Intent): string {
  return `pid ${pid} in the process group ${pgid} of the killed run ${runId} ${formatStranger(strangerOf(pid) ?? 0)}, and is not taken for its refresh`;
}
