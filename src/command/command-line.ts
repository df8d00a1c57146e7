import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { CommandSpec } from '../config/value-types.ts';

/** Where every command runs; it always exists, so a missing file is never this one. */
export const WORKING_DIRECTORY = '/';

const SHELL = '/bin/sh';

/**
 * The words to execute, the first one as an absolute path. Throws an `Error` whose message says which path is missing or
 * not executable: found out here, because behind the wrapper it would look like exit code 127 of the command itself.
 */
export function commandLine(command: CommandSpec, path: string): string[] {
  if (typeof command === 'string') return [executable(SHELL), '-c', command];
  const [program, ...words] = command;
  if (!program) throw new Error('the command has no words');
  return [program.includes('/') ? executable(resolve(WORKING_DIRECTORY, program)) : searched(program, path), ...words];
}

/** What is looked at to find the program of a command. */
export function placesOf(command: CommandSpec, path: string): readonly string[] {
  if (typeof command === 'string') return [SHELL];
  const [program = ''] = command;
  return program.includes('/') ? [resolve(WORKING_DIRECTORY, program)] : candidatesFor(program, path);
}

/** Like the shell, goes on after a file that cannot be executed, and complains of it if nothing better comes. */
function searched(program: string, path: string): string {
  const problems = candidatesFor(program, path).map((file) => [file, problemOf(file)] as const);
  const found = problems.find(([, problem]) => problem === null);
  if (found) return found[0];
  const complaint = problems.find(([, problem]) => problem !== MISSING);
  throw new Error(complaint ? `${complaint[0]} ${complaint[1]}` : `${program} is in no directory of PATH (${path})`);
}

function candidatesFor(program: string, path: string): readonly string[] {
  return path.split(':').map((directory) => resolve(WORKING_DIRECTORY, join(directory || '.', program)));
}

/** The path of a program. Throws an `Error` that says why it cannot be executed. */
export function executable(file: string): string {
  const problem = problemOf(file);
  if (problem) throw new Error(`${file} ${problem}`);
  return file;
}

const MISSING = 'does not exist';

function problemOf(file: string): string | null {
  try {
    if (!statSync(file).isFile()) return 'is not a file';
    accessSync(file, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return MISSING;
    return code === 'EACCES' ? 'is not executable for this user' : `cannot be looked at (${code})`;
  }
}
