import { readFileSync } from 'node:fs';
import { fileProblem } from './file-problem.ts';
import { exists } from './process-table.ts';
import { isTrustedUser } from './trusted-user.ts';

/**
 * The first uid of a process, of its real, effective and saved ones, that is neither this user's nor root's; null where
 * there is none, or no such process. A program that somebody else runs with root's rights is still somebody else's.
 */
export function strangerOf(pid: number): number | null {
  return userIds(pid).find((uid) => !isTrustedUser(uid)) ?? null;
}

/** The real, effective and saved uid of a process; none when there is no such process. */
export function userIds(pid: number): readonly number[] {
  try {
    const [, ids] = /^Uid:\t(\d+\t\d+\t\d+)\t/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return ids === undefined ? [] : ids.split('\t').map(Number);
  } catch (error) {
    if (!exists(pid)) return [];
    throw fileProblem(`/proc/${pid}/status`, 'cannot be read', error);
  }
}

/** The words of its command line; none for a zombie, null for what may not be looked at. */
export function commandWords(pid: number): readonly string[] | null {
  return nulSeparated(`/proc/${pid}/cmdline`, pid);
}

/**
 * The environment that it was started with; null where it does not show: another user's may not be looked at, and in the
 * middle of an exec there is none.
 */
export function environmentOf(pid: number): readonly string[] | null {
  const found = nulSeparated(`/proc/${pid}/environ`, pid);
  return found?.join('') === '' && exists(pid) ? null : found;
}

function nulSeparated(path: string, pid: number): readonly string[] | null {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    return exists(pid) ? null : [];
  }
}
