import type * as v from 'valibot';
import { FileProblem, messageOf } from '../host/file-problem.ts';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { validated } from '../json/validate.ts';
import { readOwnFile } from './read-small-file.ts';
import { replaceFile } from './replace-file.ts';

/** A file of our own, by which one run informs the next. Reader and writer share it: neither goes beyond the other. */
export interface OwnFile<Value> {
  readonly schema: v.GenericSchema<unknown, Value>;
  readonly maxBytes: number;
}

/** What a file of our own says. `damaged`: it is there and can be read, but an earlier run cannot have meant it. */
export type Recalled<Value> =
  | { readonly kind: 'good'; readonly value: Value }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly why: string };

/** Reads what an earlier run wrote as JSON. Rejects with a `FileProblem` when the file may be good but cannot be read. */
export async function recallJson<Value>(path: string, file: OwnFile<Value>): Promise<Recalled<Value>> {
  let text: string;
  try {
    text = await readOwnFile(path, file.maxBytes);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    if (error.code === 'ENOENT') return { kind: 'missing' };
    if (error.code !== null || error.kind === 'foreign') throw error;
    return { kind: 'damaged', why: error.message };
  }
  try {
    return { kind: 'good', value: understood(text, file) };
  } catch (error) {
    return { kind: 'damaged', why: `${path}: ${format(error)}` };
  }
}

/**
 * Replaces the file, readable by all. Rejects with a `FileProblem`, and leaves what is there, when it cannot be written,
 * or when `recallJson` would not take what was.
 */
export async function rememberJson<Value>(path: string, file: OwnFile<Value>, value: Value): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > file.maxBytes) {
    const why = `${bytes} bytes are more than the ${file.maxBytes} that the next run reads`;
    throw new FileProblem(path, `is left as it is: ${why}`);
  }
  try {
    understood(text, file);
  } catch (error) {
    throw new FileProblem(path, `is left as it is: the next run would refuse it: ${format(error)}`);
  }
  await replaceFile(path, text, 0o644);
}

function understood<Value>(text: string, { schema }: OwnFile<Value>): Value {
  return validated(schema, parseStrictJson(text));
}

function format(error: unknown): string {
  return error instanceof JsonProblem ? `not JSON: ${error.message}` : messageOf(error);
}
