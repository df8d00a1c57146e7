import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../host/file-problem.ts';

/**
 * Whether the process with this number has the file open: a number alone says little, for it may be another process's by
 * now. Null where that may not be looked at.
 */
export function isWrittenBy(pid: number, path: string): boolean | null {
  const open = `/proc/${pid}/fd`;
  try {
    const real = realpathSync(path);
    return readdirSync(open).some((fd) => leadsTo(join(open, fd)) === real);
  } catch (error) {
    return /^(?:EACCES|EPERM)$/.test(errorCode(error) ?? '') ? null : false;
  }
}

/** Null for one that was closed meanwhile: it says nothing about the others. */
function leadsTo(descriptor: string): string | null {
  try {
    return readlinkSync(descriptor);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
