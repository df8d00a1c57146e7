import { createHash } from 'node:crypto';
import { asciiJson } from './chain.ts';
import { isGroupDiffs, tallyOf, withChangesFirst } from './group-tally.ts';
import type { Omitted } from './omitted.ts';

/** A value whose JSON is longer is not recorded in full: thousands of runs have to fit on a disk. */
const VALUE_LENGTH_MAX = 256 * 1024;

/** Of such a value, lists and wide objects that are longer are left out. */
const PART_LENGTH_MAX = 8 * 1024;

/** The end of a longer text is kept. */
const TEXT_LENGTH_MAX = 48 * 1024;

/** An object with more keys is a table rather than a thing with named parts. */
const NAMED_PARTS_MAX = 32;

/** Of a list that is left out, as many items are kept, if they are no longer than this. */
const ITEMS_KEPT = 10;
const GROUPS_KEPT = 20;
const ITEM_LENGTH_MAX = 1024;

/** The value itself, or one whose big parts are replaced by marks that say how much there was, and the beginning of it. */
export function shorten(value: unknown): unknown {
  return jsonOf(value).length <= VALUE_LENGTH_MAX ? value : shrink(value, PART_LENGTH_MAX);
}

/** The end of a text, with a mark before it: what a command printed last says most. Short texts stay as they are. */
export function shortenText(text: string): string {
  if (text.length * 6 <= TEXT_LENGTH_MAX) return text;
  // In JSON no text is shorter than it is by itself.
  if (text.length <= TEXT_LENGTH_MAX && asciiJson(text).length <= TEXT_LENGTH_MAX) return text;
  let kept = Math.min(text.length, TEXT_LENGTH_MAX);
  for (;;) {
    const end = text.slice(-kept);
    const length = asciiJson(end).length;
    if (length <= TEXT_LENGTH_MAX - 100) return `… (${text.length - kept} characters are not kept) …${end}`;
    kept = Math.floor(kept * Math.min(0.99, (TEXT_LENGTH_MAX - 100) / length));
  }
}

function shrink(value: unknown, lengthMax: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // What consists of named parts is short if these are, and need not be written out to be measured.
  const named = Array.isArray(value) ? null : Object.entries(value);
  if (named !== null && named.length <= NAMED_PARTS_MAX) {
    return Object.fromEntries(named.map(([key, part]) => [key, shrink(part, lengthMax)]));
  }
  const json = jsonOf(value);
  if (json.length <= lengthMax) return value;
  return Array.isArray(value) ? omittedList(value, json) : omitted(json, {});
}

function omittedList(list: readonly unknown[], json: string): Omitted {
  const items = list.length;
  if (!isGroupDiffs(list)) {
    const first = list.slice(0, ITEMS_KEPT);
    const longest = first.findIndex((item) => jsonOf(item).length > ITEM_LENGTH_MAX);
    return omitted(json, { items, first: longest < 0 ? first : first.slice(0, longest) });
  }
  const sorted = withChangesFirst(list);
  const first = sorted.slice(0, GROUPS_KEPT).map((group) => shrink(group, ITEM_LENGTH_MAX));
  return omitted(json, { items, first, rest: tallyOf(sorted.slice(GROUPS_KEPT)) });
}

function omitted(json: string, more: Partial<Omitted['$omitted']>): Omitted {
  return { $omitted: { sha256: createHash('sha256').update(json).digest('hex'), bytes: json.length, ...more } };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
