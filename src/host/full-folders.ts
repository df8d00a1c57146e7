import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A state file of a small cluster needs more. */
const ROOM_BYTES = 64 * 1024;

/** The folders of these files in which nothing more can be written, because their file system has no room. */
export function fullFolders(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => dirname(path)))].filter(isFull);
}

/** A folder that is not there, or that nobody may look at, is somebody else's to find. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(folder);
    // File systems without a number of inodes say that they have none.
    return bavail * bsize < ROOM_BYTES || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
