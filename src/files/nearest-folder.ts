import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The folder itself or, as long as nobody has made it, the deepest one of its path that is there. A link that leads
 * nowhere is there: no folder can be made in its place.
 */
export function nearestFolder(folder: string): string {
  return isThere(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
