import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { passedOn, usualPath } from '../command/child-environment.ts';
import type { CommandSpec } from '../config/value-types.ts';
import { describeErrno, errorCode } from '../host/file-problem.ts';

const timeLimitMs = 60_000;
const outputBytesMax = 1_048_576;

export interface CheckOptions {
  /** `{file}` stands for the file to check. */
  readonly command: CommandSpec;
  /** Its name is that of the checked file, in a folder that is removed again. */
  readonly name: string;
  readonly text: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface Checked {
  readonly isGood: boolean;
  /** All that was printed, as it was printed. */
  readonly output: string;
  /** How the command ended, in a clause. */
  readonly end: string;
  /** The file, as the output calls it. */
  readonly file: string;
}

/** Where a check finds its programs: those of administrators too, whatever the path of cron is. */
export function pathOfChecks(environment: NodeJS.ProcessEnv): string {
  return `${usualPath(environment)}:/usr/sbin:/sbin`;
}

/** Has HAProxy look at a configuration that nobody uses yet. */
export async function checkConfig({ command, name, text, environment }: CheckOptions): Promise<Checked> {
  const folder = await mkdtemp(join(tmpdir(), 'watcher-prime-'));
  try {
    const file = join(folder, basename(name));
    await writeFile(file, text, { mode: 0o600 });
    const words =
      typeof command === 'string'
        ? ['/bin/sh', '-c', command.replaceAll('{file}', file)]
        : command.map((word) => word.replaceAll('{file}', file));
    return { file, ...(await run(words, environment)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a process group of its own, so that what the command has started ends with it. */
function run([program, ...words]: readonly string[], environment: NodeJS.ProcessEnv): Promise<Omit<Checked, 'file'>> {
  return new Promise((resolve) => {
    const env = { ...passedOn(environment), PATH: pathOfChecks(environment) };
    const child = spawn(program!, words, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    const collect = (chunk: Buffer) => {
      if (output.length < outputBytesMax) output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const endWithUs = endingWithUs(child);
    const settle = (end: string, isGood = false) => {
      clearTimeout(limit);
      endWithUs.cancel();
      resolve({ isGood, output, end });
    };
    const limit = setTimeout(() => {
      killGroup(child);
      // Whatever has left the group may have these open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      settle('took too long and was stopped');
    }, timeLimitMs);
    child.once('error', (error) => settle(`could not be started: ${whyNotStarted(program!, error)}`));
    child.once('close', (code, signal) =>
      settle(code === null ? `was ended by ${signal}` : `exited with ${code}`, code === 0),
    );
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended, or is another user's.
  }
}

/** A signal to our own group, as Ctrl-C is, does not reach the command's. */
function endingWithUs(child: ChildProcess): { cancel(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals) => {
    killGroup(child);
    cancel();
    process.kill(process.pid, signal);
  };
  const cancel = () => {
    for (const signal of signals) process.off(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return { cancel };
}

/** Whose path is too long, or who may not run it, says the system. */
function whyNotStarted(program: string, error: unknown): string {
  return errorCode(error) === 'ENOENT'
    ? `${program} is not there (install it, or give its whole path)`
    : `${program}: ${describeErrno(error)}`;
}

export interface TemplateLines {
  readonly name: string;
  readonly text: string;
  /** The template's line by the line of the result, from 0. */
  readonly lines: readonly number[];
}

/** The output as it is; below each line of it that names a line of the file, the template's line where that began. */
export function withTemplateLines(output: string, file: string, template: TemplateLines): string {
  const written = template.text.split('\n');
  const place = new RegExp(`${file.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+)`, 'g');
  const shown = output.split('\n').flatMap((line) => {
    const lines = [...line.matchAll(place)].flatMap(([, number]) => template.lines[Number(number) - 1] ?? []);
    return [line, ...[...new Set(lines)].map((at) => `    ${template.name}:${at}: ${written[at - 1]!.trim()}`)];
  });
  return shown.join('\n');
}
