import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { groupMembers, isMember, parentOf } from '../host/process-table.ts';
import { SWITCH_NAME } from '../host/switch-name.ts';
import { WORKING_DIRECTORY } from './command-line.ts';
import { withoutInherited } from './inherited-descriptors.ts';
import { type OutputStreams, openOutputPipes } from './output-pipes.ts';
import { LINK, SWITCH } from './switch-script.ts';

/** A command behind its dead man's switch, paused until `go`. */
export interface SwitchedCommand {
  readonly process: ChildProcess;
  /** Settles when the switch waits for `go`, with true, or when it is known that it never will. */
  readonly ready: Promise<boolean>;
  /** Settles when the guard stands, or when it is known that none will. */
  readonly guardKnown: Promise<void>;
  /** What the switch prints on; null when Node could not start it. */
  readonly sockets: OutputStreams | null;
  /** What the command will print on, known once it is ready; null where that stays the sockets. */
  pipes(): OutputStreams | null;
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
 * Starts the switch in front of the command, whose first word is an absolute path and whose stdin is the descriptor
 * `stdin`. Throws what `spawn` throws; what it finds out later comes as the `error` event of `process`.
 */
export function spawnSwitched(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  graceMs: number,
  stdin: number | 'ignore' = 'ignore',
): SwitchedCommand {
  const switched = ['/bin/sh', '-c', SWITCH, SWITCH_NAME, String(graceMs / 1000), ...words];
  const [program, ...args] = withoutInherited(switched, LINK);
  const child = spawn(program!, args, {
    cwd: WORKING_DIRECTORY,
    detached: true,
    env,
    stdio: [stdin, 'pipe', 'pipe', 'pipe'],
  });
  // Node leaves out the streams and the pid when it could not start the switch.
  const link = child.stdio?.[LINK] as Duplex | undefined;
  let pipes: OutputStreams | null = null;
  let guard: number | null = null;

  const { ready, guardKnown } = messagesOf(link, {
    made: (what) => {
      if (what === 'pipes') pipes = openOutputPipes(child.pid!);
    },
    guard: (pid) => {
      guard = pid;
    },
  });

  const members = () => (child.pid === undefined ? [] : groupMembers(child.pid));
  // The guard counts down with a `sleep` of its own.
  const isGuard = (pid: number) => guard !== null && (pid === guard || parentOf(pid) === guard);
  // Only a member makes members: a group that was seen with nobody but its guard stays so.
  let isAlone = false;
  const countLiving = () => {
    const living = isAlone ? 0 : members().filter((pid) => !isGuard(pid)).length;
    isAlone = living === 0;
    return living;
  };

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
    ready,
    guardKnown,
    sockets: child.stdout ? { stdout: child.stdout as Socket, stderr: child.stderr as Socket } : null,
    pipes: () => pipes,
    hasGuard: () => guard !== null,
    go: () => link?.write(pipes === null ? 'go\n' : 'go pipes\n'),
    signalGroup,
    countLiving,
    letGo() {
      // Alone in its group, the guard has nothing left to guard.
      if (guard !== null && isMember(guard, child.pid!) && countLiving() === 0) signalGroup('SIGKILL');
      link?.destroy();
      child.unref();
    },
  };
}

/** What the switch says over its link: what it has made, then the pid of its guard. */
function messagesOf(
  link: Duplex | undefined,
  on: { made(what: string): void; guard(pid: number): void },
): Pick<SwitchedCommand, 'ready' | 'guardKnown'> {
  let rest = '';
  let settleReady: (isReady: boolean) => void;
  let settleGuard: () => void;
  const ready = new Promise<boolean>((settle) => {
    settleReady = settle;
  });
  const guardKnown = new Promise<void>((settle) => {
    settleGuard = settle;
  });
  const next = [
    (line: string) => {
      on.made(line);
      settleReady(true);
    },
    (line: string) => {
      on.guard(Number(line));
      settleGuard();
    },
  ];
  link?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) next.shift()?.(line);
  });
  link?.once('close', () => {
    settleReady(false);
    settleGuard();
  });
  // The other end vanishes with the last process that holds it: nothing has to be done about that.
  link?.on('error', () => {});
  return { ready, guardKnown };
}
