import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { Problem } from '../problem.ts';
import { messageOf } from '../text/message-of.ts';

/** What is wrong with a file, in one line that begins with its path. `code` is the errno name where the system gave one. */
export class FileProblem extends Problem<FileProblemKind> {
  readonly path: string;
  readonly code: string | null;

  constructor(path: string, what: string, { code = null, kind = 'unusable', cure = null }: FileProblemMore = {}) {
    super({ kind, where: path, what, cure });
    this.path = path;
    this.code = code;
  }
}

/**
 * - `unsafe`: others than root and this user may change what the file says
 * - `foreign`: another user made it: what it says is not trusted, and not damaged either
 * - `elsewhere`: the owner that it names ran on another host, or in another container
 * - `unusable`: anything else
 */
export type FileProblemKind = 'unusable' | 'unsafe' | 'foreign' | 'elsewhere';

interface FileProblemMore {
  readonly code?: string | null;
  readonly kind?: FileProblemKind;
  readonly cure?: string | null;
}

/** True for a problem of a file of that kind. */
export function isFileProblem(error: unknown, kind: FileProblemKind): error is FileProblem {
  return error instanceof FileProblem && error.kind === kind;
}

/** Turns whatever a file operation threw into a FileProblem; `doing` says what was tried, such as `cannot be read`. */
export function fileProblem(path: string, doing: string, error: unknown): FileProblem {
  if (error instanceof FileProblem) return error;
  const code = errorCode(error);
  return new FileProblem(path, code === 'ENOENT' ? describeErrno(error) : `${doing}: ${describeErrno(error)}`, {
    code,
  });
}

/** The errno name of a system error, such as `EEXIST`, or null. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** A system error in the system's own words, such as `permission denied`. Of a full quota Node knows no words. */
export function describeErrno(error: unknown): string {
  if (errorCode(error) === 'ENOENT') return 'no such file or folder';
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (errno === -constants.errno.EDQUOT) return 'disk quota exceeded';
  const known = typeof errno === 'number' ? getSystemErrorMap().get(errno) : undefined;
  return known?.[1] ?? messageOf(error);
}

export { messageOf };
