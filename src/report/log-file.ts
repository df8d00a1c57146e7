import { closeSync, constants, fstatSync, openSync, readSync, type Stats, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { refuseUnlessOurs } from '../files/foreign-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { describeErrno, errorCode, FileProblem } from '../host/file-problem.ts';

/** Where lines go. Never throws. */
export interface LineSink {
  /** `line` comes without its newline. */
  write(line: string): void;
  /** False for what nobody will find there. */
  isOpen(): boolean;
  close(): void;
}

/**
 * Without following a symbolic link, which somebody may have planted so that a privileged run writes elsewhere, and
 * without waiting for a reader, should the path be a pipe.
 */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a log file to append to, its folder too when it is missing. Each line is one write, so that lines of several
 * processes do not mix. What goes wrong, now or later, is complained about once and never stops anything.
 */
export function openLogFile(path: string, complain: (problem: string) => void): LineSink {
  let fd: number | null = null;
  let midLine = false;
  let complained = false;

  function fail(what: string) {
    if (!complained) complain(`the log file ${path} cannot be ${what}; the run goes on without it`);
    complained = true;
  }

  try {
    makeFolder(dirname(path), 0o755);
    fd = openOwn(path, FLAGS | constants.O_CREAT);
    midLine = endsMidLine(fd);
  } catch (error) {
    fail(`opened: ${openProblem(error)}`);
    close();
  }

  function close() {
    const open = fd;
    fd = null;
    try {
      if (open !== null) closeSync(open);
    } catch (error) {
      fail(`closed: ${describeErrno(error)}`);
    }
  }

  return {
    write(line) {
      if (fd === null) return;
      const bytes = Buffer.from(midLine ? `\n${line}\n` : `${line}\n`);
      try {
        const written = writeSync(fd, bytes);
        midLine = written < bytes.length;
        if (midLine) fail('written in full: the disk may be full');
      } catch (error) {
        fail(`written: ${describeErrno(error)}`);
      }
    },
    isOpen: () => fd !== null,
    close,
  };
}

/** Why a log file that is there would not be appended to; null where it would, and where there is none. Writes nothing. */
export function logFileProblem(path: string): string | null {
  try {
    closeSync(openOwn(path, FLAGS));
    return null;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? null : openProblem(error);
  }
}

function openOwn(path: string, flags: number): number {
  const fd = openSync(path, flags, 0o644);
  try {
    refuseAnotherFile(path, fstatSync(fd));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Devices belong to whoever uses them. */
function refuseAnotherFile(path: string, found: Stats): void {
  if (found.isFile() || found.isFIFO()) refuseUnlessOurs(path, found);
}

/** A run that was cut off, or a full disk, may have left half a line: the next one does not continue it. */
function endsMidLine(fd: number): boolean {
  const stat = fstatSync(fd);
  if (!stat.isFile() || stat.size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, stat.size - 1) === 1 && last.toString() !== '\n';
}

function openProblem(error: unknown): string {
  if (error instanceof FileProblem) return error.message.slice(error.path.length + 2);
  return errorCode(error) === 'ELOOP' ? 'it is a symbolic link, and is not followed' : describeErrno(error);
}
