import type { Group } from '../../machines/vocabulary.ts';
import { readEndpointSets } from '../discovery/read-endpoint-sets.ts';
import { Failed } from '../failure.ts';
import { FileProblem } from '../files/file-problem.ts';

/**
 * What HAProxy was configured with. A file that is empty or cut because it is being rewritten is read again for up to
 * a second. Throws `Failed` of kind `primerUnreadable`, or `aborted`.
 */
export async function readPrimer(path: string, signal?: AbortSignal): Promise<{ readonly groups: readonly Group[] }> {
  try {
    const { groups } = await readEndpointSets(path, signal);
    return { groups };
  } catch (error) {
    if (signal?.aborted) throw new Failed('aborted', 'aborted while reading the primer');
    if (!(error instanceof FileProblem)) throw error;
    const advice = 'correct primer_json_file, or have the file written again';
    throw new Failed('primerUnreadable', `the primer cannot be used: ${error.message} (${advice})`);
  }
}
