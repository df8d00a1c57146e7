import type { Holder } from '../../machines/vocabulary.ts';
import { Failed } from '../failure.ts';
import { FileProblem } from '../host/file-problem.ts';
import { hostLock } from './host-lock.ts';
import type { Owner } from './owner-record.ts';
import { judgedBy } from './owner-state.ts';

/** Lets one watcher run on this node at a time. Calls reject with `Failed` of the kind `runLockBroken`. */
export interface RunLock {
  /** Who has the run lock, or null. Only a look. */
  check(): Promise<Holder | null>;
  /** Takes the run lock; `owner` is who was faster, or null when it is ours. */
  take(): Promise<{ readonly owner: Holder | null; readonly notes: readonly string[] }>;
  drop(): Promise<{ readonly notes: readonly string[] }>;
}

/** The run lock at `path`, the pid file. A killed owner's is free at once; a living one's never is, however old. */
export function createRunLock({ path, owner }: { readonly path: string; readonly owner: Owner }): RunLock {
  const file = hostLock(path);
  const judged = (found: Holder | null) => judgedBy(owner.longestMs ?? null, found);
  return {
    check: () => file.look().then(judged, fail),
    take: () => file.take(owner).then((taken) => ({ ...taken, owner: judged(taken.owner) }), fail),
    drop: async () => ({ notes: await file.drop().catch(fail) }),
  };
}

function fail(error: unknown): never {
  if (!(error instanceof FileProblem)) throw error;
  const advice = error.code === 'ENOENT' ? ' (create it, or correct run_lock_file)' : '';
  throw new Failed('runLockBroken', `the run lock cannot be used: ${error.message}${advice}`);
}
