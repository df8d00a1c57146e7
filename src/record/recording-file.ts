import { closeSync, constants, fchmodSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { describeErrno } from '../host/file-problem.ts';
import { CHAIN_START, seal } from './chain.ts';
import { LINE_LENGTH_MAX } from './format.ts';

/** A file of our own that never existed before: not through a symbolic link, and not somebody else's pipe. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** One recording that is being written. */
export interface RecordingFile {
  readonly path: string;
  /** Bytes so far. */
  readonly length: number;
  /** Appends one line. What fails is reported once to `fail`, and nothing is appended after it. */
  append(fields: Readonly<Record<string, unknown>>): void;
  /** Why lines are missing at its end; null when none are. */
  readonly problem: string | null;
  /** Writes the last line, that the recording is incomplete included, and lets go of the file. */
  close(end: Readonly<Record<string, unknown>> | null): void;
}

/** Creates the file, readable by its owner only. Throws what the system says. */
export function createRecordingFile(path: string, fail: (problem: string) => void): RecordingFile {
  const fd = openSync(path, FLAGS, 0o600);
  // The process's umask may take away more than it should.
  fchmodSync(fd, 0o600);
  let isOpen = true;
  let length = 0;
  let hash = CHAIN_START;
  let problem: string | null = null;

  function write(fields: Readonly<Record<string, unknown>>): void {
    const whole = seal(fields, hash);
    const sealed = whole.line.length > LINE_LENGTH_MAX ? seal(withoutParts(fields), hash) : whole;
    const bytes = Buffer.from(`${sealed.line}\n`, 'latin1');
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(fd, bytes, written, bytes.length - written, length + written);
    }
    length += bytes.length;
    hash = sealed.hash;
  }

  /** A line that was written in part is taken back, so that the file ends with a whole one. */
  function attempt(fields: Readonly<Record<string, unknown>>): void {
    try {
      write(fields);
    } catch (error) {
      problem ??= describeErrno(error);
      try {
        ftruncateSync(fd, length);
      } catch {
        // A reader recognises half a line by its missing end.
      }
    }
  }

  return {
    path,
    get length() {
      return length;
    },
    get problem() {
      return problem;
    },
    append(fields) {
      if (!isOpen || problem !== null) return;
      attempt(fields);
      if (problem !== null) fail(`the recording ${path} cannot be written: ${problem}; the run goes on without it`);
    },
    close(end) {
      if (!isOpen) return;
      isOpen = false;
      if (end !== null) attempt(problem === null ? end : { ...end, incomplete: problem });
      try {
        closeSync(fd);
      } catch (error) {
        fail(`the recording ${path} cannot be closed: ${describeErrno(error)}`);
      }
    },
  };
}

/** The last resort for a line that no reader would take: of an event its kind is kept, and the state that it led to. */
function withoutParts(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { type } = (fields['event'] ?? {}) as { readonly type?: string };
  return { ...fields, event: { type, $omitted: { sha256: '', bytes: LINE_LENGTH_MAX } }, context: {} };
}
