import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../host/file-problem.ts';

/**
 * Creates a folder and those above it that are missing; one that is there stays as it is. Throws what `mkdir` throws.
 * Node's own recursive way never comes back from below /proc, where a missing folder can never be made.
 */
export function makeFolder(path: string, mode: number): void {
  try {
    makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    makeFolder(parent, mode);
    makeOne(path, mode);
  }
}

/** Another process may make the same folder at the same time. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
