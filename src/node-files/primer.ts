import type { Group } from '../../machines/vocabulary.ts';
import { readEndpointSets } from '../discovery/read-endpoint-sets.ts';
import { Failed } from '../failure.ts';
import { FileProblem } from '../host/file-problem.ts';

/**
 * What HAProxy was configured with. A file that is empty or cut because it is being rewritten is read again for up to
 * a second. Throws `Failed` of kind `primerUnreadable`, or `aborted`.
 */
export async function readPrimer(path: string, signal?: AbortSignal): Promise<{ readonly groups: readonly Group[] }> {
  const { groups } = await readSets(path, signal);
  return { groups };
}

/** Nothing has written one yet, most likely. */
const FIRST = '; watcher prime writes the first one as well';

async function readSets(path: string, signal: AbortSignal | undefined) {
  try {
    return await readEndpointSets(path, signal);
  } catch (error) {
    if (signal?.aborted) throw new Failed('aborted', 'aborted while reading the primer');
    if (!(error instanceof FileProblem)) throw error;
    const advice = `correct primer_json_file, or have the file written${error.code === 'ENOENT' ? FIRST : ' again'}`;
    throw new Failed('primerUnreadable', `the primer cannot be used: ${error.message} (${advice})`);
  }
}
