import { accessSync, constants } from 'node:fs';

/** Throws what the system says where this user may not make a file in a folder: that takes the rights to write and to search. */
export function checkMayMakeFiles(folder: string): void {
  accessSync(folder, constants.W_OK | constants.X_OK);
}
