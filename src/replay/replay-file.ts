import { FileProblem } from '../host/file-problem.ts';
import { messageOf } from '../text/message-of.ts';
import { InvalidRecording } from './invalid-recording.ts';
import { readRecordingFile } from './read-file.ts';
import { type Replayed, replay } from './replay.ts';

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

/** Data that is no run at all can break what describes it, also once it was replayed. */
export function asRefused(error: unknown): InvalidRecording {
  return error instanceof InvalidRecording
    ? error
    : new InvalidRecording(null, `it is no run that can be described: ${messageOf(error)}`);
}
