import { setTimeout as pause } from 'node:timers/promises';
import type { Holder } from '../../machines/vocabulary.ts';
import { FileProblem, isFileProblem } from '../host/file-problem.ts';
import { commandWords } from '../host/process-owner.ts';
import { formatStranger } from '../host/trusted-user.ts';
import { ownerOfName } from './name-owner.ts';
import { type OwnerFile, readOwnerFile } from './owner-record.ts';
import { holderByPid, holderOf, isOwnerAlive } from './owner-state.ts';

/** An owner has the name first and signs the file at once. Only one that the host does not let run takes longer. */
const SIGNING_MS = 100;

/** The same for an owner whose process only root can look for: it is given more time, for then its signature is all there is. */
const UNSEEN_SIGNING_MS = 2_000;

const LOOK_EVERY_MS = 10;

/**
 * The one who has a lock file's name in the kernel, or null when it was given back meanwhile. The file may be that of an
 * owner before it, or not be signed yet: then whose process it is says whether it is believed. Rejects with a
 * `FileProblem` when the name is another user's, or nobody says whose.
 */
export async function namedOwner(
  path: string,
  name: string,
  isStillInUse: (left: OwnerFile) => boolean,
): Promise<Holder | null> {
  const startedAt = performance.now();
  for (;;) {
    const signed = signedOwner(path, isStillInUse);
    if (signed !== null) return signed;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > SIGNING_MS) {
      const owner = ownerOfName(name);
      if (owner.kind === 'nobody') return null;
      if (owner.kind === 'trusted')
        return holderByPid(owner.pid, `pid ${owner.pid}, which has not signed the lock file`);
      if (owner.kind === 'stranger') throw takenBy(path, name, strangerProcess(owner));
      if (waitedMs > UNSEEN_SIGNING_MS) throw elsewhereBy(path) ?? takenBy(path, name, UNSEEN);
    }
    await pause(LOOK_EVERY_MS);
  }
}

const UNSEEN = 'a process of another user, which has not signed it; run "watcher status" as root to see whose';

/** The file names an owner of another host or container: its process has the name, and cannot be looked up from here. */
function elsewhereBy(path: string): FileProblem | null {
  try {
    isOwnerAlive(path, readOwnerFile(path));
    return null;
  } catch (error) {
    return isFileProblem(error, 'elsewhere') ? error : null;
  }
}

/** Null for a file that does not name its owner, or one of another host, which has no name here. */
function signedOwner(path: string, isStillInUse: (left: OwnerFile) => boolean): Holder | null {
  const found = readOwnerFile(path);
  try {
    return isOwnerAlive(path, found) || isStillInUse(found) ? holderOf(found) : null;
  } catch (error) {
    if (error instanceof FileProblem) return null;
    throw error;
  }
}

function strangerProcess({ pid, uid }: { readonly pid: number; readonly uid: number }): string {
  const command = (commandWords(pid) ?? []).join(' ').trim().slice(0, 80);
  return `pid ${pid} ("${command}"), which ${formatStranger(uid)}; end that process`;
}

function takenBy(path: string, name: string, who: string): FileProblem {
  return new FileProblem(path, `its name in the kernel, the abstract socket @${name}, is taken by ${who}`);
}
