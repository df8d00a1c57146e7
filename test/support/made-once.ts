import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The variable that names the folder which all test files of a run share; `folder-of-run.ts` makes it. */
export const FOLDER_OF_RUN = 'FOLDER_OF_TEST_RUN';

/**
 * A file or folder that is dear to make and never changed: the first test of a run that needs it makes it, all others
 * find it. `make` gets the path where to; answers the path where it is.
 */
export function madeOnce(name: string, make: (draft: string) => void): string {
  const path = placeOf(name);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  make(draft);
  return putInPlace(draft, path);
}

const underWay = new Map<string, Promise<string>>();

/** The same for what takes others to make, so that one has to wait for it. */
export function madeOnceBy(name: string, make: (draft: string) => Promise<void>): Promise<string> {
  const path = placeOf(name);
  if (existsSync(path)) return Promise.resolve(path);
  const draft = `${path}.${process.pid}`;
  const made = underWay.get(path) ?? make(draft).then(() => putInPlace(draft, path));
  underWay.set(path, made);
  return made;
}

function placeOf(name: string): string {
  const folder = process.env[FOLDER_OF_RUN];
  if (folder === undefined)
    throw new Error(`${FOLDER_OF_RUN} is not set: is globalSetup in this vitest configuration?`);
  return join(folder, name);
}

function putInPlace(draft: string, path: string): string {
  try {
    renameSync(draft, path);
  } catch (error) {
    // Another test file was quicker, and a folder gives its name to no other.
    if (!existsSync(path)) throw error;
    rmSync(draft, { recursive: true });
  }
  return path;
}
