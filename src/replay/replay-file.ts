import { FileProblem, messageOf } from '../host/file-problem.ts';
import { RECORDED_MACHINES, RUN } from '../record/recorded-machines.ts';
import { type Fold, foldRecording } from './fold.ts';
import { InvalidRecording } from './invalid-recording.ts';
import { readRecordingFile } from './read-file.ts';
import { type Recording, readRecording } from './read-recording.ts';
import { chapterName, type RunSummary, summarizeRun } from './summarize-run.ts';

/** A recording that could be read, gone through with today's machines. */
export interface Replayed {
  readonly recording: Recording;
  readonly fold: Fold;
  readonly run: RunSummary;
  /** Where the recording stops before the run has ended; null for one that is whole. */
  readonly cut: { readonly state: string; readonly afterMs: number } | null;
}

/** Or the reason why it could not be read. */
export type ReplayedFile =
  | { readonly file: string; readonly replayed: Replayed }
  | { readonly file: string; readonly refused: InvalidRecording };

/** Replays one file. Nothing else is opened. */
export async function replayFile(file: string): Promise<ReplayedFile> {
  try {
    return replayText(file, await readRecordingFile(file));
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return { file, refused: new InvalidRecording(null, error.message.slice(file.length + 2)) };
  }
}

/** Nothing that the text may be makes it throw. */
export function replayText(file: string, text: string): ReplayedFile {
  try {
    return { file, replayed: replay(text) };
  } catch (error) {
    return { file, refused: asRefused(error) };
  }
}

/** Data that is no run at all can break what tells of it, also once it was replayed. */
export function asRefused(error: unknown): InvalidRecording {
  return error instanceof InvalidRecording
    ? error
    : new InvalidRecording(null, `it is no run that can be described: ${messageOf(error)}`);
}

/** The text of a recording, taken through `machines`, today's by default. Throws `Refused`. */
export function replay(text: string, machines = RECORDED_MACHINES): Replayed {
  const recording = readRecording(text);
  const fold = foldRecording(recording, machines);
  const run = summarizeRun(fold);
  const { events, end } = recording;
  const last = events.findLast(({ actor }) => actor === RUN);
  const isWhole = end !== null && end.incomplete === undefined;
  const cut = isWhole
    ? null
    : { state: last === undefined ? 'before the first' : chapterName(last.state), afterMs: events.at(-1)?.at ?? 0 };
  return { recording, fold, run, cut };
}
