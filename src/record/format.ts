import * as v from 'valibot';
import type { StateValue } from 'xstate';
import { RECORDED_MACHINES } from './recorded-machines.ts';

/** Raised when a reader of the present format could not read the next one. */
export const FORMAT = 1;

/** The longest line that is written or read, in characters; answers that are larger have their big parts left out. */
export const LINE_LENGTH_MAX = 4 * 1024 * 1024;

/** The largest file that is written or read: a run of an hour in a long line has some megabytes. */
export const FILE_SIZE_MAX = 64 * 1024 * 1024;

/** The type of the event that stands for several of one machine that were left out. */
export const NOT_KEPT = 'watcher.notKept';

/** Arrays and objects inside one another. */
export const DEPTH_MAX = 32;

const about = v.description;
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();

const time = v.pipe(count, about('Whole milliseconds since the run began, by a clock that never goes back.'));
const hash = v.pipe(
  text,
  v.regex(/^[0-9a-f]{16}$/),
  about(
    'Chains the line to the one before it: the first 16 hex digits of SHA-256 over that line’s hash (nothing for line 1), ' +
      'a newline, and this line as it is without its hash.',
  ),
);
const actor = v.pipe(
  text,
  v.regex(new RegExp(`^(${Object.keys(RECORDED_MACHINES).join('|')})(#[1-9][0-9]{0,4})?$`)),
  about('Which machine; commands are numbered in the order in which they began.'),
);

const stateValue: v.GenericSchema<StateValue> = v.union([
  text,
  v.lazy(() => v.record(text, stateValue) as v.GenericSchema<Record<string, StateValue>>),
]);

/** Line 1: whose run this is. */
export const headerSchema = v.strictObject({
  format: v.literal(FORMAT),
  watcher: v.pipe(text, about('The version of watcher.')),
  machine: v.pipe(
    text,
    v.regex(/^[0-9a-f]{64}$/),
    about(
      'SHA-256 over the structure of the machines: states, transitions, guards, delays, invokes, actions, by name.',
    ),
  ),
  run_id: text,
  host: text,
  pid: count,
  started_at: v.pipe(text, v.isoTimestamp()),
  settings: v.pipe(v.record(text, text), about('Every setting as `watcher config` shows it, secrets as ***.')),
  hash,
});

/** One event that reached a machine, and the state it led to. */
export const eventSchema = v.strictObject({
  at: time,
  actor,
  event: v.pipe(
    v.looseObject({ type: text }),
    about('The event as the machine got it; xstate.init carries its input.'),
  ),
  state: v.pipe(stateValue, about('The state that it led to.')),
  status: v.exactOptional(v.pipe(v.picklist(['done', 'stopped', 'error']), about('Set once the machine is over.'))),
  context: v.exactOptional(
    v.pipe(
      v.record(text, v.unknown()),
      about('What the machine knew otherwise than before, where parts of its events were too long to be kept.'),
    ),
  ),
  hash,
});

const printed = v.looseObject({ stdout: text, stderr: text, droppedBytes: count });
const ofCommand = v.looseObject({ output: v.looseObject({ how: text, output: printed, survivors: count }) });

/** What the events must have besides, from which a replay shows what a command printed. */
export const commandEventSchemas: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ['childExited', v.looseObject({ output: printed, survivors: count })],
  ['xstate.done.actor.handbrake', ofCommand],
  ['xstate.done.actor.refresh', ofCommand],
]);

/** How the run ended, in the words of machines/vocabulary.ts. Those grow: only what is shown of an outcome must be there. */
const outcomeSchema = v.variant('kind', [
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
  exit_code: v.pipe(count, v.maxValue(255)),
  events: v.pipe(count, about('How many event lines there are.')),
  incomplete: v.exactOptional(v.pipe(text, about('Why lines are missing before this one.'))),
  hash,
});

export type Header = v.InferOutput<typeof headerSchema>;
export type EventLine = v.InferOutput<typeof eventSchema>;
export type EndLine = v.InferOutput<typeof endSchema>;
