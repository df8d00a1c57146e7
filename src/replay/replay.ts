import { RECORDED_MACHINES, RUN } from '../record/recorded-machines.ts';
import { type Fold, foldRecording } from './fold.ts';
import { type Recording, readRecording } from './read-recording.ts';
import { type RunSummary, segmentName, summarizeRun } from './summarize-run.ts';

/** A recording that could be read, gone through with today's machines. */
export interface Replayed {
  readonly recording: Recording;
  readonly fold: Fold;
  readonly run: RunSummary;
  /** Where the recording stops before the run has ended; null for one that is whole. */
  readonly cut: { readonly state: string; readonly afterMs: number } | null;
}

/** The text of a recording, taken through `machines`, today's by default. Throws `InvalidRecording`. */
export function replay(text: string, machines = RECORDED_MACHINES): Replayed {
  return replayRecording(readRecording(text), machines);
}

/** The same of a recording that was read. */
export function replayRecording(recording: Recording, machines = RECORDED_MACHINES): Replayed {
  const fold = foldRecording(recording, machines);
  const run = summarizeRun(fold);
  const { events, end } = recording;
  const last = events.findLast(({ actor }) => actor === RUN);
  const isWhole = end !== null && end.incomplete === undefined;
  const cut = isWhole
    ? null
    : { state: last === undefined ? 'before the first' : segmentName(last.state), afterMs: events.at(-1)?.at ?? 0 };
  return { recording, fold, run, cut };
}
