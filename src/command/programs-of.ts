import { type Stats, statSync } from 'node:fs';

import type { CommandSpec } from '../config/value-types.ts';
import { acceptAccess } from '../files/guarded-file.ts';
import { mustAnswer } from '../files/patience.ts';
import { whoMayWrite } from '../files/who-may-write.ts';
import { commandLine } from './command-line.ts';

/** They execute what the next word names, whatever its mode. */
const INTERPRETER = /(?:^|\/)(?:sh|bash|dash|ash|ksh|zsh|env|sudo|python[\d.]*|perl|ruby|node|source|\.)$/;

/**
 * The warnings about the programs of a command that may be used: those that it names by their whole path, and the one that
 * a list executes. Throws a `FileProblem` for one that others may change, unless `allowUnsafe` says so.
 */
export function acceptPrograms(command: CommandSpec, path: string, allowUnsafe: boolean): readonly string[] {
  return [...programsOf(command, path)].flatMap(([program, found]) =>
    acceptAccess(program, whoMayWrite(program, found), allowUnsafe),
  );
}

/**
 * The same right before a start: what was looked at when the run began may have been changed since. Waits for a disk that
 * hangs without keeping anything else of the run from going on.
 */
export async function acceptProgramsNow(
  command: CommandSpec,
  path: string,
  allowUnsafe: boolean,
): Promise<readonly string[]> {
  await Promise.all(wordsOf(command).filter(isPath).map(mustAnswer));
  return acceptPrograms(command, path, allowUnsafe);
}

/** The words of a command, as far as they can be known without a shell. */
export function wordsOf(command: CommandSpec): readonly string[] {
  return typeof command === 'string' ? command.split(/[\s;&|()<>"'`$]+/).filter((word) => word !== '') : command;
}

export function isPath(word: string): boolean {
  return word.startsWith('/');
}

function programsOf(command: CommandSpec, path: string): ReadonlyMap<string, Stats> {
  const words = typeof command === 'string' ? wordsOf(command) : [programIn(command, path), ...command.slice(1)];
  const programs = new Map<string, Stats>();
  for (const [at, word] of words.entries()) {
    const found = isPath(word) ? programAt(word, INTERPRETER.test(words[at - 1] ?? '')) : null;
    if (found !== null) programs.set(word, found);
  }
  return programs;
}

/** The first word of a list as a whole path; as it is where there is none, for whoever runs it to complain. */
function programIn(command: readonly string[], path: string): string {
  try {
    return commandLine(command, path)[0]!;
  } catch {
    return command[0]!;
  }
}

/** Null for what is there and no program, and for what is not there. */
function programAt(path: string, isInterpreted: boolean): Stats | null {
  try {
    const found = statSync(path);
    return found.isFile() && (isInterpreted || (found.mode & 0o111) !== 0) ? found : null;
  } catch {
    return null;
  }
}
