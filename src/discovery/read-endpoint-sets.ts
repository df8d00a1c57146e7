import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, askAgain } from '../ask-again.ts';
import { readSmallFile } from '../files/read-small-file.ts';
import { FileProblem } from '../host/file-problem.ts';
import { JsonProblem, strictJson } from '../json/strict-json.ts';
import { ShapeProblem } from '../json/validate.ts';
import { inSlices } from '../slices.ts';
import { type EndpointSets, toEndpointSets } from './endpoint-sets.ts';

/** Of a primer, and of a file in its shape. */
export const SETS_BYTES_MAX = 256 * 1024 * 1024;

/** A writer that does not rename leaves its file empty or cut for a moment: three more looks, one second in all. */
const looksAgain = 3;
const pauseMs = 330;
const freshMs = 5_000;

/** What a file of endpoint sets says, and when it was last written, in Unix milliseconds. */
export interface DatedSets extends EndpointSets {
  readonly writtenMs: number;
}

/** Reads a file in the primer's shape. Rejects with `FileProblem`, or with the signal's reason. */
export async function readEndpointSets(path: string, signal?: AbortSignal): Promise<DatedSets> {
  const { found } = await askAgain(() => look(path), {
    attempts: looksAgain + 1,
    pauseMs: () => pauseMs,
    deadline: Number.POSITIVE_INFINITY,
    now: () => performance.now(),
    sleep: (ms) => sleep(ms, undefined, signal && { signal }),
  });
  if (found instanceof FileProblem) throw found;
  return found;
}

async function look(path: string): Promise<Asked<DatedSets | FileProblem>> {
  try {
    let writtenMs = 0;
    const text = await readSmallFile(path, SETS_BYTES_MAX, ({ mtimeMs }) => {
      writtenMs = mtimeMs;
    });
    const json = await inSlices(strictJson(text, { bigNumbersAs: 'string' }));
    const found = await inSlices(toEndpointSets(json));
    return { found: { ...found, writtenMs }, again: false, afterMs: 0 };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw located(path, error);
    const problem = new FileProblem(path, `not JSON: ${error.message}`);
    return { found: problem, again: await isFresh(path), afterMs: 0 };
  }
}

function located(path: string, error: unknown): unknown {
  return error instanceof ShapeProblem ? new FileProblem(path, error.message) : error;
}

/** Between two looks the file may be gone for a moment as well; the next look says so if it stays away. */
async function isFresh(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found === null || Math.abs(Date.now() - found.mtimeMs) < freshMs;
}
