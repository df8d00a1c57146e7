import { lstatSync, type Stats } from 'node:fs';
import { readSmallFile } from '../files/read-small-file.ts';
import { errorCode, fileProblem } from '../host/file-problem.ts';
import { asPhrase } from '../text/printable.ts';

/** What the file of a handbrake says that is there. */
export interface PulledHandbrake {
  /** One line for people. */
  readonly words: string;
  /** When it was pulled, as far as the file itself shows. */
  readonly since: string;
  /** Its time is over: it counts as released. */
  readonly isOver: boolean;
}

/** Null where there is nothing. Anything but a file of ours is pulled for as long as it is there. Rejects with a `FileProblem`. */
export async function readHandbrakeFile(file: string): Promise<PulledHandbrake | null> {
  let found: Stats;
  try {
    found = lstatSync(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileProblem(file, 'cannot be looked at', error);
  }
  const since = found.mtime.toISOString();
  if (!found.isFile()) return { words: `${file}, which is no regular file`, since, isOver: false };
  const text = await readSmallFile(file, 64 * 1024);
  const [, seconds] = /^until=(\d{1,12})$/m.exec(text) ?? [];
  const untilMs = seconds === undefined ? null : Number(seconds) * 1000;
  const [, who] = /^(pulled by .*)$/m.exec(text) ?? [];
  const [, reason] = /^reason=(.*)$/m.exec(text) ?? [];
  const parts = [
    who === undefined ? `${file} is there since ${since}` : asPhrase(who),
    ...(reason === undefined ? [] : [asPhrase(reason)]),
    ...(untilMs === null ? [] : [`until ${new Date(untilMs).toISOString()}`]),
  ];
  return { words: parts.join('; '), since, isOver: untilMs !== null && untilMs <= Date.now() };
}
