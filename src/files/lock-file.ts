import { closeSync, constants, fchmodSync, lstatSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import lockfile from 'lockfile';
import signalExit from 'signal-exit';
import { errnoInWords, errorCode, FileProblem, fileProblem } from './file-problem.ts';
import { type OwnerFile, type OwnerRecord, ownerText, readOwnerFile } from './owner-record.ts';

// The library brings hooks for the exit and for most signals, which would give a lock back beside a refresh that is still
// being stopped, and keep a signal from ending a process that is busy.
signalExit.unload();

/**
 * Creates a lock file with its owner's record. The caller has proof that no earlier owner lives: what one has left is
 * removed, and a note says so. Throws a `FileProblem`.
 */
export function createLockFile(path: string, record: OwnerRecord): readonly string[] {
  const notes: string[] = [];
  if (!createExclusively(path)) {
    notes.push(removeLeftBehind(path));
    if (!createExclusively(path)) throw new FileProblem(path, 'somebody else created it just now');
  }
  try {
    writeRecord(path, record);
  } catch (error) {
    unlinkSync(path);
    throw fileProblem(path, 'cannot be written', error);
  }
  return notes;
}

/** Why the lock file no longer is the one this run created, or null while it is. Throws a `FileProblem` when nobody can tell. */
export function whyNotOurs(path: string, runId: string): string | null {
  let found: OwnerFile;
  try {
    found = readOwnerFile(path);
  } catch (error) {
    if (error instanceof FileProblem && error.code === null) return error.message;
    throw error;
  }
  if (found.kind === 'absent') return `${path}: somebody removed it`;
  if (found.kind === 'recorded' && found.record.run_id === runId) return null;
  return `${path}: it is no longer ours (${inWords(found)})`;
}

/** Removes the lock file of this run, and only that. Answers with what was not as expected. */
export function removeLockFile(path: string, runId: string): readonly string[] {
  try {
    const problem = whyNotOurs(path, runId);
    if (problem !== null) return [problem];
    unlinkSync(path);
    return [];
  } catch (error) {
    return [fileProblem(path, 'cannot be removed', error).message];
  }
}

function createExclusively(path: string): boolean {
  try {
    // Never with options: `stale`, `wait` and `retries` let two owners in, or take a living owner's file.
    lockfile.lockSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw fileProblem(path, 'cannot be created', error);
  }
}

function removeLeftBehind(path: string): string {
  const found = readOwnerFile(path);
  if (found.kind === 'unreadable' && !found.isRemainder) {
    throw new FileProblem(path, 'is no lock file, and is left as it is; name another path, or remove it by hand');
  }
  try {
    unlinkSync(path);
  } catch (error) {
    throw new FileProblem(
      path,
      `its owner is dead, but it cannot be removed: ${errnoInWords(error)} (owned by uid ${lstatSync(path).uid})`,
      errorCode(error),
    );
  }
  return `${path}: removed what a dead owner left (${inWords(found)})`;
}

function writeRecord(path: string, record: OwnerRecord): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    fchmodSync(fd, 0o644);
    writeFileSync(fd, ownerText(record));
  } finally {
    closeSync(fd);
  }
}

function inWords(found: OwnerFile): string {
  if (found.kind === 'recorded') return `pid ${found.record.pid}, run ${found.record.run_id}`;
  if (found.kind === 'pidOnly') return `pid ${found.pid}`;
  return found.kind === 'unreadable' ? found.why : 'nothing';
}
