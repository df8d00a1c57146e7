import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';

import { groupMembers } from '../../host/process-table.ts';
import { SWITCH_NAME } from '../../host/switch-name.ts';
import { WORKING_DIRECTORY } from './command-line.ts';

/**
 * The dead man's switch: a shell that leads a new process group, holds one end of a socket as fd 3, and waits.
 *
 * The line `go` makes it leave a guard behind and become the command; anything else, the end of the watcher included,
 * makes it exit. The guard belongs to the group, so its group id cannot pass to strangers while it counts down, but it is
 * no child of the command and holds none of its streams. It waits for the socket's end, which comes with the watcher's,
 * however that died: TERM, grace, KILL for the whole group and itself. The line `stop` says that the watcher has sent
 * TERM: the countdown then runs without the watcher. KILL is a trap because a shell that may not fork its `sleep` exits.
 * dash's kill wants `-TERM -$$`, without `--`.
 */
const SWITCH = `
IFS= read -r order <&3 && [ "$order" = go ] || exit 0
grace=$1
shift
(
  trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM
  {
    IFS= read -r order
    [ "$order" = stop ] || kill -TERM -$$
    trap 'kill -KILL -$$' EXIT
    command -p sleep "$grace"
  } <&3 3<&- >/dev/null 2>&1 &
  echo $! >&3
) || exit
unset order grace PWD OLDPWD
exec "$@" 3<&-
`;

/** A command behind its dead man's switch, paused until `go`. */
export interface SwitchedCommand {
  readonly process: ChildProcess;
  /** Settles when the guard stands, or when it is known that none will. */
  readonly guardKnown: Promise<void>;
  /** False until the guard stands; the command never runs without one. */
  hasGuard(): boolean;
  go(): void;
  signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** How many members of the group live, apart from the guard. */
  countLiving(): number;
  /** Lets Node forget the command. What still lives in its group gets TERM, grace and KILL from the guard. */
  letGo(): void;
}

/**
 * Starts the switch in front of the command, whose first word is an absolute path. Throws what `spawn` throws; what it
 * finds out later comes as the `error` event of `process`.
 */
export function spawnSwitched(words: readonly string[], env: NodeJS.ProcessEnv, graceMs: number): SwitchedCommand {
  const child = spawn('/bin/sh', ['-c', SWITCH, SWITCH_NAME, String(graceMs / 1000), ...words], {
    cwd: WORKING_DIRECTORY,
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // Node leaves out the streams and the pid when it could not start the switch.
  const link = child.stdio?.[3] as Duplex | undefined;
  let guard: number | null = null;

  const guardKnown = new Promise<void>((settle) => {
    let said = '';
    link?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.endsWith('\n')) return;
      guard = Number(said);
      settle();
    });
    link?.once('close', () => settle());
  });
  // The other end vanishes with the last process that holds it: that is news for no one.
  link?.on('error', () => {});

  const members = () => (child.pid === undefined ? [] : groupMembers(child.pid));
  // The guard counts down with a `sleep` of its own.
  const isGuard = (pid: number) => guard !== null && (pid === guard || parentOf(pid) === guard);
  const countLiving = () => members().filter((pid) => !isGuard(pid)).length;

  function signalGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
    // Written last: whoever dies in between leaves a guard that sends TERM once more rather than not at all.
    if (signal === 'SIGTERM') link?.write('stop\n');
  }

  return {
    process: child,
    guardKnown,
    hasGuard: () => guard !== null,
    go: () => link?.write('go\n'),
    signalGroup,
    countLiving,
    letGo() {
      // Alone in its group, the guard has nothing left to guard.
      const living = members();
      if (living.length > 0 && living.every(isGuard)) signalGroup('SIGKILL');
      for (const stream of [link, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
    },
  };
}

function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s+([0-9]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}
