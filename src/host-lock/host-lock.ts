import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Holder } from '../../machines/vocabulary.ts';
import { errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';
import { requireProcessTable } from '../host/process-table.ts';
import { bindName, isNameClaimed, type NameClaim } from './abstract-socket.ts';
import { createLockFile, removeLockFile, whyNotOurs } from './lock-file.ts';
import { namedOwner } from './named-owner.ts';
import { describeOwner, type Owner, type OwnerFile, readOwnerFile } from './owner-record.ts';
import { holderOf, isOwnerElsewhere } from './owner-state.ts';

/** A file that one living process of this host has at a time, and that survives no owner. All calls reject with a `FileProblem`. */
export interface HostLock {
  /** Who has it now, or null. Takes nothing, and disturbs nobody who takes it at this instant. */
  look(): Promise<Holder | null>;
  /** Takes it, or says who was faster. Notes say what a dead owner had left. */
  take(owner: Owner): Promise<{ readonly owner: Holder | null; readonly notes: readonly string[] }>;
  isTaken(): boolean;
  /** Why the file is no longer ours, though we took it; null while all is well. Throws a `FileProblem` where that cannot be determined. */
  whyLost(): string | null;
  /** Gives it back; nothing to give back is fine. Answers with what was not as expected. */
  drop(): Promise<readonly string[]>;
}

/** Does what a dead owner began with the file still go on? */
export type StillInUse = (left: OwnerFile) => boolean;

/** How often a name may be given back just before it is claimed. */
const CLAIMS_MAX = 20;

interface Taken {
  readonly claim: NameClaim;
  readonly runId: string;
  readonly path: string;
}

/**
 * A name in the kernel, made of the file's real path, decides who is alive; only its owner touches the file. Nobody is
 * ever taken for dead because of a file's age. Watchers that share the file but not the network namespace do not see
 * each other's names: for them the process table decides. `isStillInUse` is asked about the file of a dead owner, with the
 * name taken: what it says yes to is nobody else's yet.
 */
export function hostLock(givenPath: string, isStillInUse: StillInUse = () => false): HostLock {
  let taken: Taken | null = null;
  // A take that is still under way when the owner is to drop it must not end with a lock that nobody gives back.
  let last: Promise<unknown> = Promise.resolve();

  async function take(owner: Owner) {
    if (taken !== null) return { owner: null, notes: [] };
    requireProcessTable();
    const path = await locate(givenPath);
    const claim = await claimOrOwner(path, isStillInUse);
    if ('owner' in claim) return { owner: claim.owner, notes: [] };
    try {
      const other = unseenOwner(path, isStillInUse);
      const notes = other === null ? createLockFile(path, describeOwner(owner)) : [];
      if (other === null) taken = { claim, runId: owner.runId, path };
      else await claim.release();
      return { owner: other, notes };
    } catch (error) {
      await claim.release();
      throw error;
    }
  }

  async function drop(): Promise<readonly string[]> {
    if (taken === null) return [];
    const { claim, path, runId } = taken;
    taken = null;
    const notes = removeLockFile(path, runId);
    // Last of all: whoever gets the name next may touch the file.
    await claim.release();
    return notes;
  }

  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = last.then(act);
    last = result.catch(() => {});
    return result;
  }

  return {
    look: async () => {
      requireProcessTable();
      const path = await locate(givenPath);
      const claimed = await isNameClaimed(nameOf(path)).catch((error) => Promise.reject(unclaimable(path, error)));
      const named = claimed ? await namedOwner(path, nameOf(path), isStillInUse) : null;
      return named ?? unseenOwner(path, isStillInUse);
    },
    take: (owner) => inTurn(() => take(owner)),
    isTaken: () => taken !== null,
    whyLost: () => (taken === null ? `${givenPath}: not taken` : whyNotOurs(taken.path, taken.runId)),
    drop: () => inTurn(drop),
  };
}

/** The name, or who has it. One that was given back just now is tried again. */
async function claimOrOwner(path: string, isStillInUse: StillInUse): Promise<NameClaim | { readonly owner: Holder }> {
  const name = nameOf(path);
  for (let attempt = 1; attempt <= CLAIMS_MAX; attempt += 1) {
    const claim = await bindName(name).catch((error) => Promise.reject(unclaimable(path, error)));
    if (claim !== null) return claim;
    const owner = await namedOwner(path, name, isStillInUse);
    if (owner !== null) return { owner };
  }
  throw new FileProblem(path, 'its name in the kernel goes from hand to hand');
}

/** Whose the file is though nobody here has the name, or null. */
function unseenOwner(path: string, isStillInUse: StillInUse): Holder | null {
  const found = readOwnerFile(path);
  return isOwnerElsewhere(path, found) || isStillInUse(found) ? holderOf(found) : null;
}

async function locate(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    return join(await realpath(folder), basename(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new FileProblem(path, `its folder ${folder} does not exist`, { code: 'ENOENT' });
    throw fileProblem(path, 'cannot be reached', error);
  }
}

function nameOf(path: string): string {
  return `watcher:${createHash('sha256').update(path).digest('hex')}`;
}

function unclaimable(path: string, error: unknown): FileProblem {
  return fileProblem(path, "the lock's abstract socket cannot be queried", error);
}
