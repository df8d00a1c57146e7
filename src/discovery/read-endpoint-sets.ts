import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSmallFile } from '../files/read-small-file.ts';
import { FileProblem } from '../host/file-problem.ts';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { ShapeProblem } from '../json/validate.ts';
import { type EndpointSets, toEndpointSets } from './endpoint-sets.ts';

const maxBytes = 64 * 1024 * 1024;
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
  for (let look = 0; ; look += 1) {
    try {
      let writtenMs = 0;
      const text = await readSmallFile(path, maxBytes, ({ mtimeMs }) => {
        writtenMs = mtimeMs;
      });
      return { ...toEndpointSets(parseStrictJson(text, { bigNumbersAs: 'string' })), writtenMs };
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw located(path, error);
      if (look === looksAgain || !(await isFresh(path))) throw new FileProblem(path, `not JSON: ${error.message}`);
    }
    await sleep(pauseMs, undefined, signal && { signal });
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
