import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `npm run build` puts the program of the page. */
export const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Reads a file from there. */
export function readBuilt(name: string): Promise<string> {
  return readFile(join(DIST, name), 'utf8');
}
