import { readdir, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { outcomeName } from '../../machines/outcome-name.ts';
import type { Outcome } from '../../machines/vocabulary.ts';
import { asking } from '../files/patience.ts';
import { readSmallBytes } from '../files/read-small-file.ts';
import { errorCode } from '../host/file-problem.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import { validated } from '../json/validate.ts';
import { byAge } from '../record/by-age.ts';
import { endSchema, FILE_SIZE_MAX, headerSchema } from '../record/format.ts';
import { recordedAt } from '../record/recording-name.ts';
import { isWrittenBy } from '../record/written-by.ts';
import { isoTime } from '../text/iso-time.ts';
import { asOneLine } from '../text/printable.ts';
import type { EndedRun } from './node-status.ts';

/** What recordings show of the last runs, also of those that never took the run lock. */
export interface RecordedRuns {
  /** Null where there is no recording. */
  readonly lastStartAt: string | null;
  /** The last one that ended, or was killed; what only found another run in the way does not count. */
  readonly lastRun: EndedRun | null;
  /** Whether there is a recording of the run. */
  has(runId: string): boolean;
}

/** So many runs may have found another one in the way: those of an hour, and more. */
const LOOKED_AT_MAX = 20;

/** Where so many do not answer, their disk hangs, and the others are not waited for. */
const SILENT_MAX = 2;

/** Reads the newest recordings of a folder. Never rejects: what cannot be read, or does not answer, is skipped. */
export async function lastRecordedRuns(folder: string | null): Promise<RecordedRuns> {
  const names = folder === null ? [] : await asking(folder, () => readdir(folder)).catch(() => []);
  const recordings = names.filter((name) => recordedAt(name) !== null);
  const newest = byAge(recordings, Date.now()).toReversed();
  const lastStart = newest[0] === undefined ? null : recordedAt(newest[0]);
  return {
    lastStartAt: lastStart === null ? null : new Date(lastStart).toISOString(),
    has: (runId) => newest.some((name) => name.includes(`-${runId}.`)),
    lastRun: await firstThatTells(newest.slice(0, LOOKED_AT_MAX).map((name) => join(folder!, name))),
  };
}

async function firstThatTells(paths: readonly string[]): Promise<EndedRun | null> {
  let silent = 0;
  for (const path of paths) {
    const run = await endedRunIn(path).catch((error: unknown) => {
      if (errorCode(error) === 'ETIMEDOUT') silent += 1;
      return null;
    });
    if (run !== null && run.outcome !== 'skipped/runLockHeld') return run;
    if (silent === SILENT_MAX) return null;
  }
  return null;
}

/** Null for a run that still goes on. Throws for what is no recording. */
async function endedRunIn(path: string): Promise<EndedRun | null> {
  const text = (await readSmallBytes(path, FILE_SIZE_MAX)).toString('latin1');
  const { run_id, started_at, pid } = validated(headerSchema, parseStrictJson(text.slice(0, text.indexOf('\n'))));
  const startedAt = Date.parse(started_at);
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  if (!last.includes('"outcome":')) {
    const lastWordAt = (await asking(path, () => stat(path))).mtimeMs;
    return goesOn(pid, path, lastWordAt) ? null : killed(run_id, startedAt, lastWordAt);
  }
  const { at, outcome } = validated(endSchema, parseStrictJson(last));
  return {
    run_id,
    at: isoTime(startedAt + at),
    outcome: asOneLine(outcomeName(outcome as Outcome), 100),
    message: outcome.kind === 'failed' ? asOneLine(outcome.failure.message) : null,
    took_ms: at,
  };
}

/** What may not be looked at counts as alive; after a boot, its pid is anybody's. */
function goesOn(pid: number, path: string, lastWordAt: number): boolean {
  return isWrittenBy(pid, path) ?? lastWordAt > Date.now() - uptime() * 1000;
}

function killed(run_id: string, startedAt: number, lastWordAt: number): EndedRun {
  const message = 'its recording has no end: it was killed, or the host went down';
  const at = isoTime(lastWordAt);
  return { run_id, at, outcome: 'killed', message, took_ms: Math.max(0, Math.round(lastWordAt - startedAt)) };
}
