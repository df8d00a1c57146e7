import * as v from 'valibot';
import { Problem } from '../problem.ts';
import { quotedValue } from '../text/quoted.ts';

/** Why JSON is not of the expected shape: one line that begins with the place inside it. */
export class ShapeProblem extends Problem<'wrongShape'> {
  constructor(what: string) {
    super({ kind: 'wrongShape', what });
  }
}

/** What a schema makes of a value. Throws `ShapeProblem` about the first thing that is wrong. */
export function validated<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown): Output {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) throw new ShapeProblem(explain(result.issues[0]));
  return result.output;
}

/** An object with these keys among others. Unlike valibot's own, it takes no list for an object. */
export function objectOf<const Entries extends v.ObjectEntries>(entries: Entries, expected: string) {
  return v.pipe(v.custom<Record<string, unknown>>(isObject, expected), v.object(entries));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explain({ path, message, input }: v.BaseIssue<unknown>): string {
  const isMissing = path?.at(-1)?.origin === 'key';
  const where = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return shapeProblem(where, message, isMissing ? undefined : { value: input }).message;
}

/** What is wrong at a place inside JSON, where there is something else than expected, or nothing. */
export function shapeProblem(
  place: string,
  expected: string,
  found: { readonly value: unknown } | undefined,
): ShapeProblem {
  const what = found === undefined ? 'is missing' : `${expected}, got ${quotedValue(found.value)}`;
  return new ShapeProblem(place === '' ? what : `${place.replace(/^\./, '')}: ${what}`);
}
