import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeErrno, errorCode } from '../host/file-problem.ts';
import { byAge, isToCome } from './by-age.ts';
import { headOf } from './recording-head.ts';
import { recordedAt } from './recording-name.ts';
import { isWrittenBy } from './written-by.ts';

/** Fewer than a day without a run are nothing, however short the age is that recordings may reach. */
const HOLE_MIN_MS = 86_400_000;

export interface Retention {
  /** How many recordings stay, the one that is being written included. */
  readonly keep: number;
  readonly maxAgeMs: number;
}

/**
 * Removes the oldest recordings of a folder, by their names, too many or too old, but none that a living run still writes. `own` is
 * the name of this run's. Where the clock and the recordings contradict each other, only their number counts. Returns
 * what went wrong, in one line, or null.
 */
export function removeOldRecordings(
  folder: string,
  own: string,
  { keep, maxAgeMs }: Retention,
  nowMs: number,
): string | null {
  try {
    const others = byAge(
      readdirSync(folder).filter((name) => recordedAt(name) !== null && name !== own),
      nowMs,
    );
    const tooMany = others.length - (keep - 1);
    const tooOld = new Set(olderThan(others, maxAgeMs, nowMs));
    others
      .filter((name, index) => index < tooMany || tooOld.has(name))
      .map((name) => join(folder, name))
      .filter((path) => !isBeingWritten(path))
      .forEach(remove);
    return null;
  } catch (error) {
    return `old recordings in ${folder} cannot be removed: ${describeErrno(error)}`;
  }
}

/**
 * Those of which it is certain: what the clock says is in keeping with the newest recordings, down to this one. After a
 * time without runs that is as long as a recording may live, either the node was off or a clock is wrong: what is older
 * than that is too old once the runs since then have gone on for so long, whatever the clock says.
 */
function olderThan(names: readonly string[], maxAgeMs: number, nowMs: number): readonly string[] {
  const starts = names.map((name) => recordedAt(name)!);
  if (starts.some((start) => isToCome(start, nowMs))) return [];
  const holeMs = Math.max(maxAgeMs, HOLE_MIN_MS);
  const hole = starts.findLastIndex((start, index) => (starts[index + 1] ?? nowMs) - start > holeMs);
  return names.filter((_, index) => nowMs - (starts[Math.max(index, hole + 1)] ?? nowMs) > maxAgeMs);
}

/** Another run of this folder may remove the same file at the same time. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** While one run waits for the cluster lock, cron starts many others, and each of them counts the files. */
function isBeingWritten(path: string): boolean {
  const pid = /^[^\n]*?"pid":(\d+)/.exec(headOf(path))?.[1];
  // The recordings of another user are in a folder of its own.
  return pid !== undefined && isWrittenBy(Number(pid), path) === true;
}
