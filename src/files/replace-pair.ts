import { constants } from 'node:fs';
import { chown, copyFile, link, lstat, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';
import { type OwnFile, recallJson, rememberJson } from './own-file.ts';
import { cleanTemps, flushFolder, refuseUnlessPlain, replaceFile } from './replace-file.ts';

/** A file and what it is to say. `mode` is for one that is not there yet. */
export interface NewContent {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * Two files of which each is right only beside the other. From the moment that a journal names both, the new pair counts:
 * whoever comes next ends what a killed writer began. Before it, the old pair stands.
 */
export interface FilePair {
  /** Ends, or takes back, what a killed writer left. Answers with what it did. */
  mend(): Promise<readonly string[]>;
  /** Replaces both, and keeps what they were as `.previous`. Rejects with a `FileProblem`. */
  replace(contents: readonly [NewContent, NewContent]): Promise<void>;
  /** True while a killed writer's replacement waits to be ended. */
  isHalfDone(): Promise<boolean>;
}

const journalFile: OwnFile<{ readonly version: 1; readonly files: readonly string[] }> = {
  schema: v.object({ version: v.literal(1), files: v.array(v.string()) }),
  maxBytes: 65_536,
};

/** The journal stands beside the first file. Only one process at a time may hold the pair. */
export function filePair(pair: readonly [string, string]): FilePair {
  const [first] = pair;
  const journal = beside(first, 'pair');

  async function end(files: readonly string[]): Promise<void> {
    for (const path of files) await bringIn(path);
    for (const path of files) await flushFolder(dirname(path));
    await remove(journal);
    await flushFolder(dirname(journal));
  }

  return {
    async mend() {
      const recalled = await recallJson(journal, journalFile);
      if (recalled.kind === 'damaged') throw new FileProblem(journal, `cannot be used: ${recalled.why}`);
      if (recalled.kind === 'good') {
        await end(recalled.value.files);
        return [`${recalled.value.files.join(' and ')}: an interrupted replacement was completed`];
      }
      const notes: string[] = [];
      for (const path of pair) {
        if (await remove(beside(path, 'new'))) notes.push(`${path}: an interrupted replacement was taken back`);
      }
      return notes;
    },

    async replace(contents) {
      for (const { path, content, mode } of contents) await stage(path, content, mode);
      const files = contents.map(({ path }) => path);
      await rememberJson(journal, journalFile, { version: 1, files });
      await end(files);
      for (const path of [...files.map((each) => beside(each, 'new')), journal]) await cleanTemps(path);
    },

    isHalfDone: async () => (await recallJson(journal, journalFile)).kind !== 'missing',
  };
}

/** Beside the file, so that it can be renamed to it. */
function beside(path: string, what: 'new' | 'old' | 'pair'): string {
  return join(dirname(path), `.${basename(path)}.prime-${what}`);
}

/** The new content stands complete beside the file, with the mode and owner of that. */
async function stage(path: string, content: string, mode: number): Promise<void> {
  await refuseUnlessPlain(path).catch((error) => fail(path, error));
  const found = await lstat(path).catch((error) => orMissing(path, error));
  const staged = beside(path, 'new');
  await replaceFile(staged, content, found === null ? mode : found.mode & 0o7777);
  const isOurs = found === null || (found.uid === process.geteuid?.() && found.gid === process.getegid?.());
  if (!isOurs) await chown(staged, found.uid, found.gid).catch((error) => fail(path, error));
}

/** Safe to do again: where nothing is staged any more, it was done. */
async function bringIn(path: string): Promise<void> {
  const staged = beside(path, 'new');
  if ((await lstat(staged).catch((error) => orMissing(staged, error))) === null) return;
  try {
    await keep(path);
    await rename(staged, path);
  } catch (error) {
    fail(path, error);
  }
}

/** What the file was stays under another name; the file itself is there all the time. */
async function keep(path: string): Promise<void> {
  const [kept, previous] = [beside(path, 'old'), `${path}.previous`];
  await remove(kept);
  try {
    await link(path, kept);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    // Some file systems know no second name for a file.
    await copyFile(path, kept, constants.COPYFILE_EXCL);
  }
  await rename(kept, previous);
  // Two names of one file stay two when one is renamed to the other: a killed writer may have come this far.
  await remove(kept);
}

/** True when there was something to remove. */
async function remove(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? false : fail(path, error);
  }
}

function orMissing(path: string, error: unknown): null {
  return errorCode(error) === 'ENOENT' ? null : fail(path, error);
}

function fail(path: string, error: unknown): never {
  throw fileProblem(path, 'cannot be replaced', error);
}
