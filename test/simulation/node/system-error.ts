import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

export type ErrorCode =
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EBADF'
  | 'ECONNREFUSED'
  | 'EEXIST'
  | 'EIO'
  | 'EISDIR'
  | 'ENOENT'
  | 'ENOSPC'
  | 'ENOTDIR'
  | 'EROFS'
  | 'ESRCH';

const WORDS = getSystemErrorMap();

/** What Node throws when the kernel says no. */
export function systemError(code: ErrorCode, call: string, path?: string): NodeJS.ErrnoException {
  const errno = -constants.errno[code];
  const words = WORDS.get(errno)?.[1] ?? code;
  const error = new Error(`${code}: ${words}, ${call}${path === undefined ? '' : ` '${path}'`}`);
  return Object.assign(error, { code, errno, syscall: call, ...(path !== undefined && { path }) });
}
