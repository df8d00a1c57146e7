import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { usualPath } from '../command/child-environment.ts';
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

function run([program, ...words]: readonly string[], environment: NodeJS.ProcessEnv): Promise<Omit<Checked, 'file'>> {
  return new Promise((resolve) => {
    const env = { ...environment, PATH: `${usualPath(environment)}:/usr/sbin:/sbin` };
    const child = spawn(program!, words, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let isLate = false;
    const hear = (chunk: Buffer) => {
      if (output.length < outputBytesMax) output += chunk.toString('utf8');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeLimitMs);
    child.once('error', (error) => {
      clearTimeout(limit);
      resolve({ isGood: false, output, end: `could not be started: ${whyNotStarted(program!, error)}` });
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      const end = code === null ? `was ended by ${signal}` : `exited with ${code}`;
      resolve({ isGood: code === 0, output, end: isLate ? 'took too long and was stopped' : end });
    });
  });
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
