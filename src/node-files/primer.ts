import type { Group } from '../../machines/vocabulary.ts';
import { readEndpointSets } from '../discovery/read-endpoint-sets.ts';
import { Failed } from '../failure.ts';
import { FileProblem } from '../host/file-problem.ts';

interface PrimerOptions {
  /** True: a primer without endpoint sets is believed. */
  readonly allowEmpty?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * What HAProxy was configured with. A file that is empty or cut because it is being rewritten is read again for up to
 * a second. Throws `Failed` of kind `primerUnreadable`, or `aborted`.
 */
export async function readPrimer(
  path: string,
  { allowEmpty = false, signal }: PrimerOptions = {},
): Promise<{ readonly groups: readonly Group[] }> {
  const { groups } = await readSets(path, signal);
  if (groups.length > 0 || allowEmpty) return { groups };
  const advice = 'have the file written again, or set allow_empty where it is meant to be so';
  throw unusable(`${path}: has no endpoint sets, so that no pod would ever be missed`, advice);
}

async function readSets(path: string, signal: AbortSignal | undefined) {
  try {
    return await readEndpointSets(path, signal);
  } catch (error) {
    if (signal?.aborted) throw new Failed('aborted', 'aborted while reading the primer');
    if (!(error instanceof FileProblem)) throw error;
    throw unusable(error.message, 'correct primer_json_file, or have the file written again');
  }
}

function unusable(what: string, advice: string): Failed {
  return new Failed('primerUnreadable', `the primer cannot be used: ${what} (${advice})`);
}
