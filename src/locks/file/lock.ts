import type { LockAnswer, Standing } from '../../../machines/side-effects.ts';
import type { Holder, Reason } from '../../../machines/vocabulary.ts';
import { Failed } from '../../failure.ts';
import { FileProblem, messageOf } from '../../host/file-problem.ts';
import { isStillEnding } from '../../host/run-remains.ts';
import { hostLock } from '../../host-lock/host-lock.ts';
import { whyNotOurs } from '../../host-lock/lock-file.ts';
import type { Owner, OwnerFile } from '../../host-lock/owner-record.ts';
import type { LockDriver } from '../backend.ts';
import { createFileBoard } from './board.ts';
import { countWaiting, joinQueue, type QueuePlace } from './queue.ts';

export interface FileLockOptions {
  readonly path: string;
  readonly owner: Omit<Owner, 'reason'>;
  /** The lease that is reported: the lock itself lasts as long as its owner's process, and not longer. */
  readonly leaseMs: number;
}

/**
 * The cluster lock for a cluster of one host: a file that one living process has at a time. Who comes first is served
 * first, as long as it lives and keeps asking. Calls reject with `Failed` of the kind `lockDenied`.
 */
export function createFileLock({ path, owner, leaseMs }: FileLockOptions): LockDriver {
  const file = hostLock(path, isStillRefreshing);
  let place: QueuePlace | null = null;
  let reason: Reason | null = null;

  async function request(): Promise<LockAnswer> {
    if (!file.isTaken()) place ??= joinQueue(path, owner.runId, leaseMs);
    return look();
  }

  async function look(): Promise<LockAnswer> {
    if (file.isTaken()) return held();
    if (place === null) return { standing: 'gone', detail: 'we have no place in the line' };
    const ahead = place.ahead();
    const holder = ahead > 0 ? await file.look() : await take();
    if (!file.isTaken()) {
      return { standing: 'queued', holder, ahead: ahead + Number(holder !== null), leaseLeftMs: leaseMs };
    }
    leaveLine();
    return held();
  }

  async function take(): Promise<Holder | null> {
    return (await file.take({ ...owner, reason })).owner;
  }

  function held(): Standing {
    return { standing: 'held', holder: null, ahead: 0, leaseLeftMs: leaseMs };
  }

  /** A file that somebody else removed or replaced is gone, which is what was asked for. */
  function isLeft(): boolean {
    try {
      return whyNotOurs(path, owner.runId) === null;
    } catch (error) {
      if (error instanceof FileProblem) return true;
      throw error;
    }
  }

  function leaveLine(): void {
    place?.leave();
    place = null;
  }

  return {
    async requestLock(claim) {
      reason = claim.reason;
      return request().catch(fail);
    },
    checkLock: () => look().catch(fail),
    async renewLock() {
      try {
        const detail = place === null ? file.whyLost() : null;
        return detail === null ? { standing: 'renewed', leaseLeftMs: leaseMs } : { standing: 'gone', detail };
      } catch (error) {
        throw new Failed('lockUnavailable', `it cannot be determined whether the lock is ours: ${messageOf(error)}`);
      }
    },
    async releaseLock() {
      leaveLine();
      const [problem] = await file.drop().catch(fail);
      if (problem !== undefined && isLeft())
        throw new Failed('lockUnavailable', `the lock is free, but its file is left: ${problem}`);
      return { released: true };
    },
    board: createFileBoard(`${path}.board`),
    async held() {
      const holder = await file.look().catch(fail);
      return holder && { holder, waiting: countWaiting(path, leaseMs), takeAway: async () => refuse(holder) };
    },
  };
}

/** A killed owner whose refresh command is still being stopped: the lock's name is free, the host is not. */
function isStillRefreshing(left: OwnerFile): boolean {
  return left.kind === 'recorded' && isStillEnding(left.record.run_id, left.uid);
}

function refuse({ title, pid }: Holder): never {
  const which = pid === null ? 'its process' : `pid ${pid}`;
  throw new Failed('lockDenied', `${title} lives, and the lock file is its own for as long: end ${which} instead`);
}

function fail(error: unknown): never {
  if (!(error instanceof FileProblem)) throw error;
  const advice = error.code === 'ENOENT' ? ' (create it, or correct lock_file)' : '';
  const cure =
    error.kind === 'elsewhere' ? '; where nodes are several hosts or containers, use a real lock service (lock)' : '';
  throw new Failed('lockDenied', `the lock file cannot be used: ${error.message}${advice}${cure}`);
}
