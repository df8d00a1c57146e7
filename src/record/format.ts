import * as v from 'valibot';
import type { StateValue } from 'xstate';
import { RECORDED_MACHINES } from './recorded-machines.ts';

/** Raised when a reader of the present format could not read the next one. */
export const FORMAT = 1;

/** The longest line that is written or read, in characters; answers that are larger have their big parts left out. */
export const LINE_LENGTH_MAX = 4 * 1024 * 1024;

/** Arrays and objects inside one another. */
export const DEPTH_MAX = 32;

const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const actor = v.pipe(
  v.string(),
  v.regex(new RegExp(`^(${Object.keys(RECORDED_MACHINES).join('|')})(#[1-9][0-9]{0,4})?$`)),
);

const stateValue: v.GenericSchema<StateValue> = v.union([
  v.string(),
  v.lazy(() => v.record(v.string(), stateValue) as v.GenericSchema<Record<string, StateValue>>),
]);

/** Line 1: whose run this is. */
export const headerSchema = v.strictObject({
  format: v.literal(FORMAT),
  watcher: v.string(),
  machine: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  run_id: v.string(),
  host: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(0)),
  started_at: v.pipe(v.string(), v.isoTimestamp()),
  settings: v.record(v.string(), v.string()),
  hash,
});

/** One event that reached a machine, and the state it led to. */
export const eventSchema = v.strictObject({
  at: time,
  actor,
  event: v.looseObject({ type: v.string() }),
  state: stateValue,
  status: v.exactOptional(v.picklist(['done', 'stopped', 'error'])),
  context: v.exactOptional(v.record(v.string(), v.unknown())),
  hash,
});

const text = v.string();

/** How the run ended, in the words of machines/vocabulary.ts. Those grow: only what is told of an outcome must be there. */
export const outcomeSchema = v.variant('kind', [
  v.looseObject({ kind: v.picklist(['unchanged', 'wouldRefresh']) }),
  v.looseObject({ kind: v.literal('refreshed'), reason: text }),
  v.looseObject({ kind: v.literal('skipped'), why: text }),
  v.looseObject({ kind: v.literal('aborted'), signal: text }),
  v.looseObject({ kind: v.literal('failed'), failure: v.looseObject({ kind: text, message: text }) }),
]);

/** The last line of a run that came to its end. */
export const endSchema = v.strictObject({
  at: time,
  outcome: outcomeSchema,
  exit_code: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
  events: v.pipe(v.number(), v.integer(), v.minValue(0)),
  incomplete: v.exactOptional(v.string()),
  hash,
});

export type Header = v.InferOutput<typeof headerSchema>;
export type EventLine = v.InferOutput<typeof eventSchema>;
export type EndLine = v.InferOutput<typeof endSchema>;
