import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A real server that runs as a process of ours, and can be started again where it was. */
export interface ServerProcess {
  readonly url: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** `SIGKILL` is as if the power failed. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

interface Options {
  readonly program: string;
  readonly args: readonly string[];
  readonly url: string;
  readonly isUp: () => Promise<boolean>;
}

const LOOK_EVERY_MS = 20;

/** Nothing is started yet. */
export function serverProcess({ program, args, url, isUp }: Options): ServerProcess {
  let running: ChildProcess | null = null;

  async function start(): Promise<void> {
    if (running !== null) return;
    // A group of its own: what a terminal sends to ours, such as Ctrl-C, must not end the server before its clients.
    const own = spawn(program, args, { stdio: 'ignore', detached: true, env: { PATH: process.env['PATH'] } });
    running = own;
    const kill = () => own.kill('SIGKILL');
    process.once('exit', kill);
    own.once('exit', () => process.off('exit', kill));
    const failed = once(own, 'error').then(([error]) => Promise.reject(error as Error));
    await Promise.race([failed, untilUp(own)]);
  }

  async function untilUp(own: ChildProcess): Promise<void> {
    while (!(await isUp().catch(() => false))) {
      const how = own.signalCode ?? own.exitCode;
      if (how !== null) throw new Error(`${program} ended with ${how} before it answered at ${url}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const own = running;
    running = null;
    if (own === null || own.exitCode !== null || own.signalCode !== null) return;
    own.kill(signal);
    await once(own, 'exit');
  }

  return { url, start, stop, signal: (name) => void running?.kill(name) };
}
