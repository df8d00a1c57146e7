import { readFileSync } from 'node:fs';

import { type ProcessEntry, processEntry } from './process-table.ts';
import { SWITCH_NAME } from './switch-name.ts';

/**
 * True for what a dead man's switch has left in its group to guard it: the shell that counts down, and its `sleep`. The
 * leader of the group is none, for it is the command, or about to become it.
 */
export function isGuard(pid: number): boolean {
  try {
    const entry = processEntry(pid);
    return entry !== null && (isGuardShell(entry) || isGuardShell(processEntry(entry.parent)));
  } catch {
    // What cannot be looked at may be the command.
    return false;
  }
}

function isGuardShell(entry: ProcessEntry | null): boolean {
  return entry !== null && entry.pid !== entry.pgid && isSwitch(entry.pid);
}

/** A shell that runs the switch: `/bin/sh -c SCRIPT watcher-switch …`. */
function isSwitch(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[3] === SWITCH_NAME;
  } catch {
    return false;
  }
}
