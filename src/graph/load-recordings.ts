import { basename } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { InvalidRecording } from '../replay/invalid-recording.ts';
import { readRecordingFile } from '../replay/read-file.ts';
import { type Recording, readRecording } from '../replay/read-recording.ts';

/** A recording as it was read, and the text it was read from. */
export interface Loaded {
  readonly name: string;
  readonly text: string;
  readonly recording: Recording;
}

/** Reads recordings in the order given. Throws `ConfigError` with a line for each that cannot be read or trusted. */
export async function loadRecordings(paths: readonly string[]): Promise<readonly Loaded[]> {
  const results = await Promise.allSettled(paths.map(load));
  const problems = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []));
  if (problems.length > 0) throw new ConfigError(problems);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function load(path: string): Promise<Loaded> {
  const text = await readRecordingFile(path);
  try {
    return { name: basename(path), text, recording: readRecording(text) };
  } catch (error) {
    if (!(error instanceof InvalidRecording)) throw error;
    throw new ConfigError([`${path}:${error.line ?? 1}: ${error.message}`]);
  }
}
