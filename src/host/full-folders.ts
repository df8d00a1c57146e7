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
    const { blocks, bavail, bsize, files, ffree } = statfsSync(folder);
    // What has neither blocks nor inodes to count says that it has none of them.
    return (blocks > 0 && bavail * bsize < ROOM_BYTES) || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
