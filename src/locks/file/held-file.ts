import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  lstatSync,
  openSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { errorCode, fileProblem } from '../../host/file-problem.ts';

/** A file that this process made and has open: what others put in its place is never written, touched or removed. */
export interface HeldFile {
  /** Does its name still lead to it? */
  isInPlace(): boolean;
  /** Sets its time to now. */
  touch(): void;
  /** Removes it, if its name still leads to it, and closes it. */
  remove(): void;
}

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Makes a file that was not there before. Throws what the system says. */
export function makeHeldFile(path: string, content: string, mode: number): HeldFile {
  let fd: number | null = null;
  try {
    fd = openSync(path, FLAGS, mode);
    // The umask has no say in the mode.
    fchmodSync(fd, mode);
    writeFileSync(fd, content);
    return heldFile(path, fd);
  } catch (error) {
    if (fd !== null) heldFile(path, fd).remove();
    throw error;
  }
}

function heldFile(path: string, fd: number): HeldFile {
  const { dev, ino } = fstatSync(fd);
  let isOpen = true;

  function isInPlace(): boolean {
    try {
      const found = lstatSync(path);
      return found.dev === dev && found.ino === ino;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw fileProblem(path, 'cannot be looked at', error);
    }
  }

  return {
    isInPlace,
    touch: () => futimesSync(fd, new Date(), new Date()),
    remove() {
      if (!isOpen) return;
      isOpen = false;
      try {
        if (isInPlace()) unlinkSync(path);
      } catch {
        // Whoever else removes it first has done the same.
      } finally {
        closeSync(fd);
      }
    },
  };
}
