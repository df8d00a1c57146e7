import * as v from 'valibot';
import { doubtNext, primerBefore, primerBeforeNext } from '../../machines/doubted-primer.ts';
import { type EndedRun, leftOnRecord, refreshesToCount } from '../../machines/left-refreshes.ts';
import { lastRefreshNext } from '../../machines/run-report.ts';
import { Failed } from '../failure.ts';
import { type OwnFile, type Recalled, recallJson, rememberJson } from '../files/own-file.ts';
import { quarantineFile } from '../files/quarantine-file.ts';
import { cleanTemps } from '../files/replace-file.ts';
import { messageOf } from '../host/file-problem.ts';
import { objectOf } from '../json/validate.ts';
import { fitting, generationsSchema, mergeGenerations, staleRunsSchema } from './generations.ts';
import { PRIMER_BEFORE_BYTES_MAX, type PrimerBefore, primerBeforeSchema } from './primer-before.ts';

const text = v.string('expected a text');

/** ISO 8601. One that is no time would make times of statistics that are none either. */
const time = v.custom<string>(isTime, 'expected a time');

/** A whole number from `least` on. */
function wholeFrom(least: number) {
  const expected = `expected a whole number that is not below ${least}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected));
}

const intentSchema = objectOf(
  {
    run_id: text,
    /** The process group of the refresh command, and when its leader started, in clock ticks since boot. */
    pgid: wholeFrom(2),
    starttime: v.number('expected a number'),
    boot_id: text,
    started_at: time,
    reason: v.picklist(['changed', 'forced'], 'expected "changed" or "forced"'),
    /** Whether it succeeded, of one whose run ended and could only not count it. */
    succeeded: v.optional(v.boolean('expected true or false')),
    /** True of one that outlived its run, and is in the statistics already, or never started. */
    counted: v.optional(v.boolean('expected true or false')),
  },
  'expected null, or an object that describes a refresh',
);

const uncountedSchema = objectOf(
  { at: v.number('expected Unix seconds'), succeeded: v.boolean('expected true or false') },
  'expected an object that describes a refresh',
);

const lastRefreshSchema = objectOf(
  {
    plan: v.nullable(text),
    /** 0: what it was for has arrived since. */
    times: wholeFrom(0),
    at: time,
  },
  'expected null, or an object that describes a refresh',
);

const lastRunSchema = objectOf(
  {
    run_id: text,
    at: time,
    /** As logs and exit codes name it: `failed/lockTimeout`. */
    outcome: text,
    /** Why it failed, without secrets; null for one that did not. */
    message: v.nullable(text),
    took_ms: v.number('expected a number'),
  },
  'expected null, or an object that describes a run',
);

const stateSchema = objectOf(
  {
    version: v.literal(1, 'expected version 1'),
    generations: generationsSchema,
    /** How many runs in a row saw an older one; files of earlier versions do not say. */
    stale_runs: v.optional(staleRunsSchema, {}),
    /** The last refresh that succeeded; files of earlier versions have none. */
    last_refresh: v.nullish(lastRefreshSchema, null),
    intent: v.nullable(intentSchema),
    /** The refreshes that runs before the one of `intent` could not count; files of earlier versions do not say. */
    uncounted: v.nullish(v.array(uncountedSchema, 'expected a list of refreshes'), []),
    /** How the last run that took the run lock ended; files of earlier versions do not say. */
    last_run: v.nullish(lastRunSchema, null),
    /** When every group last had an answer that can be trusted; files of earlier versions do not say. */
    discovery_at: v.nullish(time, null),
    /** The primer before the first refresh since which none was seen to be effective; null where there is no such one. */
    primer_before: v.nullish(primerBeforeSchema, null),
    /** Whether the last run that read the primer doubted it, and has said so; files of earlier versions do not say. */
    primer_doubted: v.optional(v.boolean('expected true or false'), false),
  },
  'expected an object with what earlier runs left',
);

/** A refresh command that is about to start. It outlives a killed run, and warns the next that a refresh may still run. */
export type Intent = v.InferOutput<typeof intentSchema>;

/** How a run ended, for whoever asks on its node. */
export type LastRun = v.InferOutput<typeof lastRunSchema>;

/** What one run leaves for the next. `generations` has the newest generation accepted, as decimal text, by `cluster/endpointSet`. */
export type State = v.InferOutput<typeof stateSchema>;

/** Room for a hundred thousand endpoint sets, or thirty thousand with the longest of names. */
const generationBytesMax = 15 * 1024 * 1024;

/** Those that do not fit are counted anew. */
const staleRunsBytesMax = 1024 * 1024;

/** The rest is for what no answer of discovery can make larger: a refresh can always be recorded. */
const stateFile: OwnFile<State> = {
  schema: stateSchema,
  maxBytes: generationBytesMax + staleRunsBytesMax + PRIMER_BEFORE_BYTES_MAX + 65_536,
};

/**
 * What the last run left, empty when there is nothing or it is damaged: notes say so. Changes nothing. Rejects with a
 * `FileProblem` when the file may be good but cannot be read: a refresh that it records may still be alive.
 */
export async function readState(path: string): Promise<{ readonly state: State; readonly notes: readonly string[] }> {
  const recalled = await recallJson(path, stateFile);
  const notes = recalled.kind === 'damaged' ? [`what earlier runs left is not known: ${recalled.why}`] : [];
  return { state: stateIn(recalled), notes };
}

/**
 * Records a refresh before it starts, and what is certain of the primer (machines/doubted-primer.ts). Rejects with `Failed`, kind `refreshNotStarted`: none may start unrecorded.
 */
export async function writeIntent(
  path: string,
  intent: Intent,
  primer: PrimerBefore | null,
): Promise<{ readonly notes: readonly string[] }> {
  const change = (state: State): State => ({
    ...state,
    uncounted: [...refreshesToCount(refreshesIn(state))],
    intent,
    primer_before: primerBefore(state.primer_before, primer),
  });
  try {
    return { notes: await update(path, change) };
  } catch (error) {
    const why = `it cannot be recorded in state_file first: ${messageOf(error)}`;
    throw new Failed('refreshNotStarted', why);
  }
}

/** What a run that ends leaves to the next. */
export interface Remembered extends Omit<EndedRun, 'isOurs'> {
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
}

/** Remembers a run at its end. What cannot be written becomes a note: the next run is then only less well informed. */
export async function rememberRun(
  path: string,
  { generations, staleRuns, ...run }: Remembered,
): Promise<{ readonly notes: readonly string[] }> {
  let dropped = 0;
  const change = (state: State): State => {
    const fittingGenerations = fitting(mergeGenerations(state.generations, generations), generationBytesMax);
    dropped = fittingGenerations.dropped;
    const isOurs = state.intent?.run_id === run.lastRun.run_id;
    const left = leftOnRecord(refreshesIn(state), { ...run, isOurs });
    return {
      ...state,
      generations: fittingGenerations.kept,
      stale_runs: fitting(staleRuns, staleRunsBytesMax).kept,
      last_refresh: lastRefreshNext(state.last_refresh, run),
      intent: left.last && state.intent && { ...state.intent, ...left.last },
      uncounted: [...left.earlier],
      last_run: run.lastRun,
      discovery_at: run.discoveryAt ?? state.discovery_at,
      primer_before: primerBeforeNext(state.primer_before, run.isEffective),
      primer_doubted: doubtNext(state.primer_doubted, run.isDoubted, run.isEffective),
    };
  };
  const notes = await update(path, change).catch((error) => [messageOf(error)]);
  return { notes: dropped === 0 ? notes : [...notes, tooMany(path, dropped)] };
}

/** The refreshes on record, the last one with what the statistics count of it. */
export function refreshesIn({
  intent,
  uncounted: earlier,
}: Pick<State, 'intent' | 'uncounted'>): Parameters<typeof refreshesToCount>[0] {
  if (intent === null) return { earlier, last: null };
  const { started_at: startedAt, succeeded = false, counted = false } = intent;
  return { earlier, last: { at: Date.parse(startedAt) / 1000, succeeded, isCounted: counted } };
}

function tooMany(path: string, dropped: number): string {
  return `${path}: has no room for the generations of ${dropped} groups, of which an older answer may be believed`;
}

async function update(path: string, change: (state: State) => State): Promise<readonly string[]> {
  const recalled = await recallJson(path, stateFile);
  const notes = recalled.kind === 'damaged' ? [await quarantineFile(path)] : [];
  const state = stateIn(recalled);
  const next = change(state);
  if (JSON.stringify(next) !== JSON.stringify(state)) await rememberJson(path, stateFile, next);
  return [...notes, ...(await cleanTemps(path))];
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function stateIn(recalled: Recalled<State>): State {
  return recalled.kind === 'good' ? recalled.value : emptyState();
}

/** What there is to remember before the first run. */
export function emptyState(): State {
  return {
    version: 1,
    generations: {},
    stale_runs: {},
    last_refresh: null,
    intent: null,
    uncounted: [],
    last_run: null,
    discovery_at: null,
    primer_before: null,
    primer_doubted: false,
  };
}
