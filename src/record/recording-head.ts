import { closeSync, constants, openSync, readSync } from 'node:fs';

/** A header is shorter. */
const HEAD_LENGTH = 64 * 1024;

const STARTED_AT = /^[^\n]*?"started_at":"([^"\n]+)"/;

/** The beginning of a file, which may be no recording; empty where it cannot be read. */
export function headOf(path: string): string {
  let fd: number | null = null;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const head = Buffer.alloc(HEAD_LENGTH);
    return head.toString('latin1', 0, readSync(fd, head, 0, HEAD_LENGTH, 0));
  } catch {
    return '';
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** When the run began, as its recording says itself, in Unix milliseconds; null where that is not to be read. */
export function startedAtIn(path: string): number | null {
  const at = Date.parse(STARTED_AT.exec(headOf(path))?.[1] ?? '');
  return Number.isNaN(at) ? null : at;
}
