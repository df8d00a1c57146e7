import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Has standard streams whose terminal was closed lead nowhere. At exit Node puts its terminal back as it found it, and
 * crashes where there is none any more, which would hide the exit code.
 */
export function leaveLostTerminals(): void {
  for (const fd of [0, 1, 2].filter(isLost)) {
    closeSync(fd);
    // The lowest number that is free is the one that was just closed.
    openSync('/dev/null', constants.O_RDWR);
  }
}

function isLost(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && !isatty(fd);
  } catch {
    return false;
  }
}
