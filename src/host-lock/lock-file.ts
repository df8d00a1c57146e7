import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import lockfile from 'lockfile';
import signalExit from 'signal-exit';
import { describeErrno, errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';
import { type OwnerFile, type OwnerRecord, ownerText, readOwnerFile, refuseUnlessLockFile } from './owner-record.ts';
import { formatNow, formatOwner, isOwnerElsewhere } from './owner-state.ts';

// The library brings hooks for the exit and for most signals, which would give a lock back beside a refresh that is still
// being stopped, and keep a signal from ending a process that is busy.
signalExit.unload();

/**
 * Creates a lock file with its owner's record. The caller has the file's name in the kernel: what a dead owner has left
 * is removed, and a note says so. Throws a `FileProblem`.
 */
export function createLockFile(path: string, record: OwnerRecord): readonly string[] {
  const notes: string[] = [];
  if (!createExclusively(path)) {
    notes.push(removeLeftBehind(path));
    if (!createExclusively(path)) throw createdByAnother(path);
  }
  writeRecord(path, record);
  return notes;
}

/** Why the lock file no longer is the one this run created, or null while it is. Throws a `FileProblem` where that cannot be determined. */
export function whyNotOurs(path: string, runId: string): string | null {
  let found: OwnerFile;
  try {
    found = readOwnerFile(path);
  } catch (error) {
    if (error instanceof FileProblem && error.code === null) return error.message;
    throw error;
  }
  if (found.kind === 'absent') return `${path}: it was removed`;
  if (found.kind === 'recorded' && found.record.run_id === runId) return null;
  return `${path}: it is no longer ours (${formatOwner(found)})`;
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

/** Judged anew: one that was created since the caller looked is another watcher's, which sees no kernel name of ours. */
function removeLeftBehind(path: string): string {
  const found = readOwnerFile(path);
  if (found.kind === 'unreadable' && !found.isRemainder) {
    throw new FileProblem(path, 'is no lock file, and is left as it is; name another path, or remove it by hand');
  }
  if (found.kind === 'absent' || isOwnerElsewhere(path, found)) throw createdByAnother(path);
  try {
    unlinkSync(path);
  } catch (error) {
    throw new FileProblem(
      path,
      `its owner is dead, but it cannot be removed: ${describeErrno(error)} (owned by uid ${lstatSync(path).uid})`,
      { code: errorCode(error) },
    );
  }
  const now = found.kind === 'pidOnly' ? formatNow(found.pid) : '';
  return `${path}: removed what a dead owner left (${formatOwner(found)}${now})`;
}

/**
 * The library opens the file and closes it again, so what has its name by now is looked at before anything is written:
 * only the empty file that it just made is as new as this.
 */
function writeRecord(path: string, record: OwnerRecord): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw fileProblem(path, 'cannot be written', error);
  }
  try {
    const found = fstatSync(fd);
    refuseUnlessLockFile(path, found);
    if (found.size > 0 || found.uid !== process.geteuid!()) throw replacedByAnother(path);
    fchmodSync(fd, 0o644);
    writeFileSync(fd, ownerText(record));
    if (lstatSync(path).ino !== found.ino) throw replacedByAnother(path);
  } catch (error) {
    if (!(error instanceof FileProblem)) unlinkSync(path);
    throw fileProblem(path, 'cannot be written', error);
  } finally {
    closeSync(fd);
  }
}

function createdByAnother(path: string): FileProblem {
  return new FileProblem(path, 'another process created it just now');
}

function replacedByAnother(path: string): FileProblem {
  return new FileProblem(
    path,
    'another process replaced it just now; keep the lock file in a folder where no other user may write',
  );
}
