import type { Stats } from 'node:fs';
import { FileProblem } from '../host/file-problem.ts';
import { readSmallFile } from './read-small-file.ts';
import { type WriteAccess, whoMayWrite } from './who-may-write.ts';

/** A text, and what is to be said about its file although it can be used. */
export interface GuardedText {
  readonly text: string;
  readonly warnings: readonly string[];
  /** As it was when it was opened. */
  readonly opened: Stats;
}

/**
 * Reads a file that decides what this program does. One that others may change, or in a folder where others may replace
 * it, is refused with a `FileProblem`, kind `unsafe`; where `allowUnsafe` says so it is used, with warnings.
 */
export async function readGuardedFile(path: string, maxBytes: number, allowUnsafe: boolean): Promise<GuardedText> {
  let opened: Stats | null = null;
  const text = await readSmallFile(path, maxBytes, (found) => {
    opened = found;
  });
  const warnings = acceptAccess(path, whoMayWrite(path, opened!), allowUnsafe);
  return { text, warnings, opened: opened! };
}

/** The warnings about a file that may be used. Throws a `FileProblem` for one that may not. */
export function acceptAccess(
  path: string,
  { problems, warnings }: WriteAccess,
  allowUnsafe: boolean,
): readonly string[] {
  if (problems.length === 0) return warnings;
  if (!allowUnsafe) throw new FileProblem(path, `cannot be used: ${problems.join('; ')}`, { kind: 'unsafe' });
  return [...problems.map((problem) => `${problem}; allow_unsafe_files lets ${path} be used`), ...warnings];
}
