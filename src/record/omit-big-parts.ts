import { createHash } from 'node:crypto';
import { asciiJson } from './chain.ts';

/** A value whose JSON is longer is not recorded in full: thousands of runs have to fit on a disk. */
const VALUE_LENGTH_MAX = 256 * 1024;

/** Of such a value, lists, texts and wide objects that are longer are left out. */
const PART_LENGTH_MAX = 8 * 1024;

/** An object with more keys is a table rather than a thing with named parts. */
const NAMED_PARTS_MAX = 32;

/** What stands in for a part that was left out: enough to tell whether two runs were told the same. */
export interface Omitted {
  readonly $omitted: { readonly sha256: string; readonly bytes: number };
}

/** The value itself, or one whose big parts are left out. */
export function omitBigParts(value: unknown): { readonly value: unknown; readonly omitted: boolean } {
  if (asciiJson(value).length <= VALUE_LENGTH_MAX) return { value, omitted: false };
  return { value: shrink(value), omitted: true };
}

/** True when a part of the value was left out. */
export function hasOmittedPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '$omitted') || Object.values(value).some(hasOmittedPart);
}

function shrink(value: unknown): unknown {
  const json = asciiJson(value);
  if (json.length <= PART_LENGTH_MAX) return value;
  const isThing =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= NAMED_PARTS_MAX;
  if (isThing) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shrink(part)]));
  const sha256 = createHash('sha256').update(json).digest('hex');
  return { $omitted: { sha256, bytes: json.length } } satisfies Omitted;
}
