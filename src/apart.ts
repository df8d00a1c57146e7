import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';

/** What the process is called that looks, for whoever lists processes. */
const NAME = 'watcher-looks';

const BEAT_MS = 1_000;

/** So many beats without a word of it: it waits for a file, and cannot say so itself. */
const BEATS_MAX = 30;

/** So long its end may take once it has said everything. */
const LEAVING_MS = 300;

/** For files that do not answer there are threads to spare. */
const THREADS = '16';

/** Whether this is the process that looks, and another one waits for it. */
export function isApart(): boolean {
  return process.argv0 === NAME && process.send !== undefined;
}

/**
 * Runs this program with these arguments in a process of its own, and answers with its exit code. Node does not end
 * while a call of it hangs in the system, and the kernel not even after KILL: whoever waits must not be the one that looks.
 * `stuck` is asked for the code where it does not say anything any more.
 */
export function lookApart(args: readonly string[], stuck: (pid: number) => number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...ownProgram(), ...args], {
      argv0: NAME,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { UV_THREADPOOL_SIZE: THREADS, ...process.env },
    });
    let beats = 0;
    const leave = (code: number) => {
      clearInterval(watch);
      child.kill('SIGKILL');
      resolve(code);
    };
    const watch = setInterval(() => {
      beats += 1;
      if (beats === BEATS_MAX) leave(stuck(child.pid!));
    }, BEAT_MS);
    child.on('error', reject);
    child.on('exit', (code, signal) => leave(code ?? 128 + constants.signals[signal!]));
    child.on('message', (message) => {
      beats = 0;
      if (typeof message === 'number') setTimeout(() => leave(message), LEAVING_MS);
    });
  });
}

/** In the process that looks: says that it lives. It ends with whoever waits for it. */
export function sayAlive(): void {
  setInterval(() => process.send!(null, nothing), BEAT_MS).unref();
  process.on('disconnect', () => process.exit());
}

/**
 * The last word of the process that looks: everything is printed, whether or not it can end. Who reads its output waits
 * for nothing more.
 */
export function sayEnd(code: number): Promise<void> {
  [1, 2].forEach(closeSync);
  return new Promise((said) => {
    process.send!(code, () => said());
  });
}

/** The single executable is its own program. */
function ownProgram(): readonly string[] {
  return process.getBuiltinModule?.('node:sea').isSea() ? [] : [process.argv[1]!];
}

function nothing(): void {}
