import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import * as v from 'valibot';
import { refuseUnlessOurs } from '../files/foreign-file.ts';
import { type OwnFile, recallJson } from '../files/own-file.ts';
import { FileProblem } from '../host/file-problem.ts';
import { objectOf } from '../json/validate.ts';

const text = v.string('expected a text');

const progressSchema = objectOf(
  {
    run_id: text,
    /** As the log names it. */
    state: text,
    since: text,
    /** Who has the cluster lock while this run waits for it, and since when; null where nobody says. */
    holder: v.nullable(text),
    holder_since: v.nullable(text),
    /** How many are before this run, the holder included. */
    ahead: v.nullable(v.number('expected a number')),
  },
  'expected an object that describes a run',
);

/** What a run in progress waits for. Times are ISO 8601. */
export type Progress = v.InferOutput<typeof progressSchema>;

const progressFile: OwnFile<Progress> = { schema: progressSchema, maxBytes: 65_536 };

/** Beside the run lock, where every run may write. */
export function progressPath(runLockFile: string): string {
  return `${runLockFile}.progress`;
}

/** What that run said last; null where it said nothing, or another run did. Never rejects. */
export async function readProgress(runLockFile: string, runId: string | null): Promise<Progress | null> {
  const recalled = await recallJson(progressPath(runLockFile), progressFile).catch(() => null);
  return recalled?.kind === 'good' && recalled.value.run_id === runId ? recalled.value : null;
}

export interface ProgressFile {
  /** Says it soon; of several in a row the last one counts, and after `remove` none does. Never throws. */
  write(progress: Progress): void;
  /** Takes back what was said; what another run says there stays. Never rejects. */
  remove(): Promise<void>;
}

/** What a run says of itself while it lasts. What cannot be written is not said: a run never waits for this. */
export function createProgressFile(runLockFile: string): ProgressFile {
  const path = progressPath(runLockFile);
  let next: Progress | null = null;
  let writing: Promise<void> | null = null;
  let runId: string | null = null;
  let isOver = false;

  async function writeAll(): Promise<void> {
    while (next !== null) {
      const content = `${JSON.stringify(next)}\n`;
      next = null;
      await overwrite(path, content).catch(() => {});
    }
    writing = null;
  }

  return {
    write(progress) {
      if (isOver) return;
      next = progress;
      runId = progress.run_id;
      writing ??= writeAll();
    },
    async remove() {
      isOver = true;
      next = null;
      await writing;
      const isOwn = runId !== null && (await readProgress(runLockFile, runId)) !== null;
      if (isOwn) await unlink(path).catch(() => {});
    },
  };
}

/**
 * In one write, in place: who reads half of it learns nothing, and asks again. It is worth neither the flushes of a file
 * that must outlive a crash, nor the run's time. Anything else that has the path is left alone, and a pipe is not waited
 * for.
 */
async function overwrite(path: string, content: string): Promise<void> {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new FileProblem(path, 'is not a regular file');
    refuseUnlessOurs(path, found);
    await file.truncate();
    await file.write(content);
  } finally {
    await file.close();
  }
}
