import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterwards } from './current-test.ts';
import { madeOnce } from './made-once.ts';

/** The program in one file; `npm run build` makes it. */
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
  return startAt(installedProgram(), args, options);
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

/** The program as a package installs it: for all users, and with what Node compiled of it, so that it starts sooner. */
export function installedProgram(): string {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run \`npm run build\` first`);
  const installed = madeOnce('program', (draft) => {
    mkdirSync(draft);
    chmodSync(draft, 0o755);
    for (const name of readdirSync(dirname(PROGRAM))) {
      if (/\.(?:cjs|js|css)$/.test(name)) copyFileSync(join(dirname(PROGRAM), name), join(draft, name));
    }
    execFileSync(process.execPath, [join(draft, 'make-code-cache.cjs')], { stdio: 'pipe' });
  });
  return join(installed, 'start.cjs');
}

export function runProgram(args: readonly string[], options: StartOptions): Promise<Ended> {
  return startProgram(args, options).ended;
}
