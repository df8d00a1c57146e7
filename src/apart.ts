import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { processEntry } from './host/process-table.ts';
import { relayOutput } from './relay-output.ts';

/** What the process is called that looks, for whoever lists processes. */
const NAME = 'watcher-looks';

const BEAT_MS = 1_000;

/** So many beats without a word of it: it waits for a file, and cannot say so itself. */
const BEATS_MAX = 30;

/** So long its end, or that of its output, may take once it has said everything. */
const LEAVING_MS = 300;

const LOOKED = 'looked';
const LOOKING = 'looking';

const CURE = 'its disk or its server hangs; see dmesg and df';

/** For files that do not answer there are threads to spare. */
const THREADS = '16';

/** Whether this is the process that looks, and another one waits for it. */
export function isApart(): boolean {
  return process.argv0 === NAME && process.send !== undefined;
}

/**
 * Runs this program with these arguments in a process of its own, and answers with its exit code. Node does not end
 * while a call of it hangs in the system, and the kernel not even after KILL: whoever waits must not be the one that looks.
 * `lost` is asked for the code where there is no answer, with the reason.
 */
export function lookApart(args: readonly string[], lost: (why: string) => number): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, ...ownProgram(), ...args], {
      argv0: NAME,
      // Whoever reads our output must not wait for a process that cannot end, and may have it open. At a terminal nobody waits
      // for more than us.
      stdio: ['inherit', ...[process.stdout, process.stderr].map(({ isTTY }) => (isTTY ? 'inherit' : 'pipe')), 'ipc'],
      env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
    });
    const output = relayOutput(child);
    let beats = 0;
    let isLooking = true;
    let isLeft = false;
    // Its end comes of this, and says nothing more.
    const leave = async (code: () => number) => {
      if (isLeft) return;
      isLeft = true;
      const answer = code();
      clearInterval(watch);
      child.kill('SIGKILL');
      await output.ended(LEAVING_MS);
      resolve(answer);
    };
    const watch = setInterval(() => {
      // A terminal that stands still is no disk that hangs.
      if (!isLooking) return;
      // Who was stopped by a signal waits for no file.
      if (child.pid !== undefined && processEntry(child.pid)?.state === 'T') return;
      beats += 1;
      if (beats === BEATS_MAX) leave(() => lost(`a file does not answer, and pid ${child.pid} waits for it: ${CURE}`));
    }, BEAT_MS);
    child.on('error', ({ message }) => leave(() => lost(`no process could be started to look: ${message}`)));
    child.on('exit', (code, signal) => leave(() => code ?? lost(`the process that looked was ended by ${signal}`)));
    child.on('message', (message) => {
      beats = 0;
      if (message === LOOKED || message === LOOKING) isLooking = message === LOOKING;
      if (typeof message === 'number') setTimeout(() => leave(() => message), LEAVING_MS);
    });
  });
}

/**
 * In the process that looks: says that it lives. It ends with whoever waits for it, whatever of it hangs, and a terminal that
 * hangs up ends only that one: whether it is to was decided when that one was started.
 */
export function sayAlive(): void {
  setInterval(() => process.send!(null, nothing), BEAT_MS).unref();
  process.on('SIGHUP', nothing);
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** In the process that looks: all has been looked at, and is to be printed. Nothing in any other. */
export function sayLooked(): void {
  if (isApart()) process.send!(LOOKED, nothing);
}

/** In the process that looks: it looks once more. Nothing in any other. */
export function sayLooking(): void {
  if (isApart()) process.send!(LOOKING, nothing);
}

/**
 * The last word of the process that looks: everything is printed, whether or not it can end. Who reads its output waits
 * for nothing more.
 */
export function sayEnd(code: number): Promise<void> {
  for (const output of [1, 2]) {
    try {
      closeSync(output);
    } catch {
      // What a full disk says only now is too late for anybody.
    }
  }
  return new Promise((said) => {
    process.send!(code, () => said());
  });
}

/** The single executable is its own program. */
function ownProgram(): readonly string[] {
  return process.getBuiltinModule?.('node:sea').isSea() ? [] : [process.argv[1]!];
}

function nothing(): void {}
