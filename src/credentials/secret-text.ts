import type { Stats } from 'node:fs';
import type { FailureKind } from '../../machines/vocabulary.ts';
import { Failed } from '../failure.ts';
import { type SecretFiles, TOKEN_BYTES_MAX } from '../files/secret-files.ts';
import { FileProblem, isFileProblem } from '../host/file-problem.ts';

/** A file with a secret in it, and which setting names it. */
export interface SecretFile {
  readonly key: string;
  readonly path: string;
  /** What the file should be, for messages. */
  readonly expected: string;
  /** What a run fails with that cannot use it. */
  readonly failure: FailureKind;
  /** A larger one is something else. */
  readonly bytesMax?: number;
}

/** What a file with a secret says, and what is to be said about the file although it can be used. */
export interface SecretText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Reads a file with a secret. Rejects with a `Failed` that never repeats what is in it. */
export async function readSecretText(file: SecretFile, files: SecretFiles): Promise<SecretText> {
  const { key, path, expected, failure, bytesMax } = file;
  try {
    const { text, warnings, opened } = await files.read(path, bytesMax);
    return { text, notes: [...warnings, ...openToOthers(path, opened)].map((line) => `${key}: ${line}`) };
  } catch (error) {
    if (isFileProblem(error, 'unsafe')) throw new Failed(failure, `${key}: ${error.message}`);
    if (error instanceof FileProblem) throw new Failed(failure, `${key}: ${error.message}; ${expected}`);
    throw error;
  }
}

/** Reads a file with a secret on its only line. Rejects with a `Failed` that never repeats what is in it. */
export async function readSecretLine(file: SecretFile, files: SecretFiles): Promise<SecretText> {
  const { text, notes } = await readSecretText({ ...file, bytesMax: TOKEN_BYTES_MAX }, files);
  const line = text.replace(/\r?\n$/, '');
  if (line === '') throw badSecret(file, 'is empty');
  if (/\p{Cc}/u.test(line)) throw badSecret(file, 'has more than one line, or control characters');
  return { text: line, notes };
}

/** The failure to which a file leads that says something else than it should. */
export function badSecret({ key, path, expected, failure }: SecretFile, what: string): Failed {
  return new Failed(failure, `${key}: ${path} ${what}; ${expected}`);
}

function openToOthers(path: string, { mode }: Stats): readonly string[] {
  return (mode & 0o077) !== 0 ? [`${path} is open to other users than its owner: run chmod 600 ${path}`] : [];
}
