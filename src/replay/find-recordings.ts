import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { matchesPattern } from './matches-pattern.ts';

/** A file to be read, or why there is none. */
export type Found = { readonly path: string } | { readonly path: string; readonly problem: string };

/**
 * The recordings that somebody means by these words: files, folders (the `*.jsonl` in them), or patterns with `*` and
 * `?` in the last part of the path, which no shell has expanded because they were quoted.
 */
export function findRecordings(words: readonly string[]): Found[] {
  return words.flatMap((word): Found[] => {
    const kind = kindOf(word);
    if (kind === 'folder') return namesIn(word, '*.jsonl') ?? [{ path: word, problem: 'no *.jsonl in this folder' }];
    if (kind === 'file' || !/[*?]/.test(basename(word))) return [{ path: word }];
    return namesIn(dirname(word), basename(word)) ?? [{ path: word, problem: 'no file has such a name' }];
  });
}

function kindOf(path: string): 'folder' | 'file' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

function namesIn(folder: string, pattern: string): Found[] | null {
  try {
    const found = readdirSync(folder).filter((name) => matchesPattern(name, pattern));
    return found.length === 0 ? null : found.sort().map((name) => ({ path: join(folder, name) }));
  } catch {
    return null;
  }
}
