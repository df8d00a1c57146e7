import { readSmallBytes } from '../files/read-small-file.ts';
import { FILE_SIZE_MAX } from '../record/format.ts';

/** The text of a file that may be a recording. Nothing else is opened. Rejects with a `FileProblem`. */
export async function readRecordingFile(path: string): Promise<string> {
  // A recording is ASCII: any other byte makes its line one that was not written so.
  return (await readSmallBytes(path, FILE_SIZE_MAX)).toString('latin1');
}
