import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { asking } from '../files/patience.ts';
import { readBeginning } from '../files/read-small-file.ts';
import { errorCode, FileProblem, fileProblem } from '../host/file-problem.ts';
import { SAYING_BYTES } from '../settings/default-handbrake.ts';
import { isoTime } from '../text/iso-time.ts';
import { asPhrase } from '../text/printable.ts';

/** The lines that are ours, as the default command reads them: a line ends at a newline and nowhere else. */
const WHO = /^(pulled by .*)$/s;
const REASON = /^reason=(.*)$/s;
const UNTIL = /^until=(\d{1,12})$/;

/** What the file of a handbrake says that is there. */
export interface PulledHandbrake {
  /** One line for people. */
  readonly words: string;
  /** When it was pulled, as far as the file itself shows. */
  readonly since: string;
  /** Its time is over: it counts as released. */
  readonly isOver: boolean;
}

/**
 * Null where there is nothing. Anything but a file of ours is pulled for as long as it is there, whatever it says, and
 * also where it cannot be read: so the default command sees it too. Rejects with a `FileProblem`.
 */
export async function readHandbrakeFile(file: string): Promise<PulledHandbrake | null> {
  let found: Stats;
  try {
    found = await asking(file, () => lstat(file));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileProblem(file, 'cannot be looked at', error);
  }
  const since = isoTime(found.mtimeMs);
  if (!found.isFile()) return { words: `${file}, which is no regular file`, since, isOver: false };
  const read = await readBeginning(file, SAYING_BYTES).catch((problem: FileProblem) => problem);
  if (read instanceof FileProblem) return read.code === 'ENOENT' ? null : { words: read.message, since, isOver: false };
  const lines = read.toString('utf8').split('\n');
  const who = saidIn(lines, WHO);
  const reason = saidIn(lines, REASON);
  const seconds = found.size > SAYING_BYTES ? undefined : saidIn(lines, UNTIL);
  const untilMs = seconds === undefined ? null : Number(seconds) * 1000;
  const others = lines.filter((line) => line.trim() !== '' && ![WHO, REASON, UNTIL].some((own) => own.test(line)));
  const parts = [
    who === undefined ? `${file} is there since ${since}` : asPhrase(who),
    ...(others.length === 0 ? [] : [asPhrase(others.join(' '))]),
    ...(reason === undefined ? [] : [asPhrase(reason)]),
    ...(untilMs === null ? [] : [`until ${isoTime(untilMs)}`]),
  ];
  return { words: parts.join('; '), since, isOver: untilMs !== null && untilMs <= Date.now() };
}

function saidIn(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.[1]).find((said) => said !== undefined);
}
