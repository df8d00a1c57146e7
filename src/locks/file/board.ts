import { readdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failed } from '../../failure.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { readOwnFile } from '../../files/read-small-file.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { errorCode, FileProblem, fileProblem } from '../../host/file-problem.ts';
import type { Board, RecordName } from '../board.ts';

const BYTES_MAX = 64 * 1024;

/** A board in a folder beside the lock file: a file for each record. */
export function createFileBoard(folder: string): Board {
  const pathOf = (name: RecordName): string => join(folder, name);

  return {
    nodes: () => denied(() => readAll(folder)),
    read: (name) => denied(() => readOne(pathOf(name))),
    write: ({ name, text }) =>
      denied(async () => {
        makeFolderOf(pathOf(name));
        await replaceFile(pathOf(name), text, 0o644);
      }),
    remove: (name) => denied(async () => removeOne(pathOf(name))),
  };
}

async function readAll(folder: string) {
  const names = namesIn(join(folder, 'nodes')).map((name): RecordName => `nodes/${name}`);
  const texts = await Promise.all(names.map((name) => readOne(join(folder, name))));
  return names.flatMap((name, at) => (texts[at] == null ? [] : [{ name, text: texts[at] }]));
}

/** What begins with a dot is being written. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(folder, 'cannot be read', error);
  }
}

async function readOne(path: string): Promise<string | null> {
  try {
    return await readOwnFile(path, BYTES_MAX);
  } catch (error) {
    if (error instanceof FileProblem && error.code === 'ENOENT') return null;
    throw error;
  }
}

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path), 0o755);
  } catch (error) {
    throw fileProblem(dirname(path), 'cannot be made', error);
  }
}

function removeOne(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(path, 'cannot be removed', error);
  }
}

async function denied<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new Failed('lockDenied', `the board beside lock_file: ${error.message}`);
  }
}
