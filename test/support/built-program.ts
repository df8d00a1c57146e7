import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterwards } from './current-test.ts';

/** The program as users run it; `npm run build` makes it. */
export const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'watcher.cjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command line: a program that runs it in its own stead, so that signals reach it. */
  readonly under?: readonly string[];
}

/** Starts the built program as cron would: hardly any environment, no terminal. It never outlives the test. */
export function startProgram(args: readonly string[], options: StartOptions): Running {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run \`npm run build\` first`);
  return startAt(options.under?.includes('setpriv') ? readableByAll() : PROGRAM, args, options);
}

/** The same for a copy of it, or another program of the build. */
export function runAt(built: string, args: readonly string[], options: StartOptions): Promise<Ended> {
  return startAt(built, args, options).ended;
}

function startAt(built: string, args: readonly string[], { cwd, env = {}, under = [] }: StartOptions): Running {
  const [program, ...words] = [...under, process.execPath, built, ...args];
  const child = spawn(program!, words, {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterwards(() => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** A copy of the program for other users, who may not be able to read the checkout. */
function readableByAll(): string {
  const folder = mkdtempSync(join(tmpdir(), 'watcher-program-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const copy = join(folder, 'watcher.cjs');
  copyFileSync(PROGRAM, copy);
  chmodSync(copy, 0o755);
  return copy;
}

export function runProgram(args: readonly string[], options: StartOptions): Promise<Ended> {
  return startProgram(args, options).ended;
}
