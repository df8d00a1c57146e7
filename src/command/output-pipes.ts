import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

import { STDERR_PIPE, STDOUT_PIPE } from './switch-script.ts';

export interface OutputStreams {
  readonly stdout: Socket;
  readonly stderr: Socket;
}

/** The watcher's ends of the pipes that a switch has made, or null where this host does not let us have them. */
export function openOutputPipes(switchPid: number): OutputStreams | null {
  const opened: number[] = [];
  try {
    for (const fd of [STDOUT_PIPE, STDERR_PIPE]) {
      opened.push(openSync(`/proc/${switchPid}/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK));
    }
    const [stdout, stderr] = opened.map((fd) => new Socket({ fd, readable: true, writable: false }));
    return { stdout: stdout!, stderr: stderr! };
  } catch {
    for (const fd of opened) closeSync(fd);
    return null;
  }
}
