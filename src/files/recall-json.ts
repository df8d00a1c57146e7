import type * as v from 'valibot';
import { FileProblem, messageOf } from './file-problem.ts';
import { readSmallFile } from './read-small-file.ts';
import { shaped } from './shape.ts';
import { JsonProblem, parseStrictJson } from './strict-json.ts';

/** What a file of our own says. `damaged`: it is there and can be read, but an earlier run cannot have meant it. */
export type Recalled<Value> =
  | { readonly kind: 'good'; readonly value: Value }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly why: string };

/** Reads what an earlier run wrote as JSON. Rejects with a `FileProblem` when the file may be good but cannot be read. */
export async function recallJson<Value>(
  path: string,
  schema: v.GenericSchema<unknown, Value>,
  maxBytes: number,
): Promise<Recalled<Value>> {
  let text: string;
  try {
    text = await readSmallFile(path, maxBytes);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (error.code === 'ENOENT') return { kind: 'missing' };
    if (error.code !== null) throw error;
    return { kind: 'damaged', why: error.message };
  }
  try {
    return { kind: 'good', value: shaped(schema, parseStrictJson(text)) };
  } catch (error) {
    const what = error instanceof JsonProblem ? `not JSON: ${error.message}` : messageOf(error);
    return { kind: 'damaged', why: `${path}: ${what}` };
  }
}
