import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeErrno } from '../host/file-problem.ts';

/**
 * Calls `start` with what a command is to read on its stdin: a file without a name. Unlike a socket, which is what Node
 * would make, it can be opened as `/dev/stdin`, and nobody waits for its reader.
 */
export function withInput<Started>(text: string | null, start: (stdin: number | 'ignore') => Started): Started {
  if (text === null) return start('ignore');
  const written = writeNameless(text);
  try {
    return start(written);
  } finally {
    closeSync(written);
  }
}

function writeNameless(text: string): number {
  const folder = tmpdir();
  try {
    return writeNamelessIn(folder, text);
  } catch (error) {
    throw new Error(`its stdin cannot be made in ${folder}: ${describeErrno(error)} (see TMPDIR)`);
  }
}

/** Opened once more for reading, so that it is read from its beginning and never written to. */
function writeNamelessIn(folder: string, text: string): number {
  const path = join(folder, `.watcher-${randomBytes(12).toString('hex')}`);
  const made = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeFileSync(made, text);
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } finally {
    closeSync(made);
    unlinkSync(path);
  }
}
