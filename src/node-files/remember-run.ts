import { primerBeforeNext } from '../../machines/doubted-primer.ts';
import { lastRefreshNext } from '../../machines/run-report.ts';
import { prepareChange } from '../files/change-own-file.ts';
import { messageOf } from '../host/file-problem.ts';
import { fitting, mergeGenerations } from './generations.ts';
import {
  GENERATION_BYTES_MAX,
  type Intent,
  type LastRun,
  STALE_RUNS_BYTES_MAX,
  type State,
  stateFile,
  stateIn,
} from './state-file.ts';

/** What a run that ends leaves to the next. */
export interface Remembered {
  /** The accepted generations; those of groups that it does not name stay as they are. */
  readonly generations: State['generations'];
  readonly staleRuns: State['stale_runs'];
  /** Null leaves what an earlier run did. */
  readonly lastRefresh: State['last_refresh'];
  /** What earlier refreshes were for has arrived. */
  readonly hasArrived: boolean;
  /** HAProxy has what the primer says. */
  readonly isEffective: boolean;
  /** Null leaves what an earlier run found. */
  readonly isDoubted: boolean | null;
  readonly lastRun: LastRun;
  /** Null leaves what an earlier run found. */
  readonly discoveryAt: string | null;
  /** False ends the record of a refresh: it is over. */
  readonly keepIntent: boolean;
}

/** The refresh of a run whose statistics could not be written. */
export interface Uncounted {
  readonly runId: string;
  readonly started: boolean;
  readonly succeeded: boolean;
}

/**
 * Remembers a run at its end, as late as can be, and once it is known whether it is counted: where it is `uncounted`, what is on record stays
 * there, for the next run to count. What cannot be written becomes a note: the next run is then only less well informed.
 */
export async function rememberRun(
  path: string,
  remember: () => Remembered,
  uncounted: Promise<Uncounted | null> = Promise.resolve(null),
): Promise<{ readonly notes: readonly string[] }> {
  let dropped = 0;
  const prepare = (left: Uncounted | null) =>
    prepareChange(path, stateFile, (recalled) => {
      const state = stateIn(recalled);
      const remembered = remember();
      const known = fitting(mergeGenerations(state.generations, remembered.generations), GENERATION_BYTES_MAX);
      dropped = known.dropped;
      return stateAfter({ ...state, generations: known.kept }, remembered, left);
    });

  async function write(): Promise<readonly string[]> {
    // Nearly always it is counted: all but the new name is ready by the time that this is known.
    const expected = await prepare(null);
    const left = await uncounted;
    if (left === null) return expected.make();
    await expected.drop();
    return [...expected.notes, ...(await (await prepare(left)).make())];
  }

  const notes = await write().catch((error) => [messageOf(error)]);
  return { notes: dropped === 0 ? notes : [...notes, tooMany(path, dropped)] };
}

function stateAfter(state: State, { staleRuns, keepIntent, ...run }: Remembered, uncounted: Uncounted | null): State {
  return {
    ...state,
    stale_runs: fitting(staleRuns, STALE_RUNS_BYTES_MAX).kept,
    last_refresh: lastRefreshNext(state.last_refresh, run),
    intent: uncounted === null ? (keepIntent ? state.intent : null) : intentLeft(state.intent, keepIntent, uncounted),
    uncounted: uncounted === null ? [] : state.uncounted,
    last_run: run.lastRun,
    discovery_at: run.discoveryAt ?? state.discovery_at,
    primer_before: primerBeforeNext(state.primer_before, run.isEffective),
    primer_doubted: !run.isEffective && (run.isDoubted ?? state.primer_doubted),
  };
}

/** A refresh that was on record and did not start is none to be counted. */
function intentLeft(
  intent: Intent | null,
  keepIntent: boolean,
  { runId, started, succeeded }: Uncounted,
): Intent | null {
  if (intent?.run_id !== runId) return intent;
  if (started) return { ...intent, succeeded };
  return keepIntent ? intent : null;
}

function tooMany(path: string, dropped: number): string {
  return `${path}: has no room for the generations of ${dropped} groups, of which an older answer may be believed`;
}
