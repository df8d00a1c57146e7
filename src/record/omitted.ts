import { type GroupTally, tallied } from './group-tally.ts';

/** What stands in for a part that was left out: enough to see whether two runs got the same, and how much it was. */
export interface Omitted {
  readonly $omitted: {
    readonly sha256: string;
    readonly bytes: number;
    /** Of a list: how many items it had, and the first of them. */
    readonly items?: number;
    readonly first?: readonly unknown[];
    /** Of a list of groups: what the others of them came to. */
    readonly rest?: readonly GroupTally[];
  };
}

const marks = new WeakMap<object, unknown>();

/** True when a part of recorded data was left out. */
export function hasOmittedPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '$omitted') || marks.has(value) || Object.values(value).some(hasOmittedPart);
}

/** The same data with the marks that its lists were revived from. */
export function withMarks(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (marks.has(value)) return marks.get(value);
  if (Array.isArray(value)) return value.map(withMarks);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withMarks(part)]));
}

/** How many items of lists a recording may claim to have left out: more than any run has, and few enough to count. */
export interface Claims {
  left: number;
}

export function beginClaims(): Claims {
  return { left: 10_000_000 };
}

/**
 * Recorded data with the lists that were left out as lists again: as long as they were, and with the items that were
 * kept. The others are holes, which every walk over a list passes by. Throws when more is claimed than may be.
 */
export function revive(value: unknown, claims: Claims): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Object.hasOwn(value, '$omitted')) return revivedList(value as Omitted, claims) ?? value;
  if (Array.isArray(value)) return value.map((item) => revive(item, claims));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part, claims)]));
}

function revivedList(mark: Omitted, claims: Claims): unknown[] | null {
  const { items, first = [], rest = [] } = mark.$omitted ?? {};
  if (items === undefined) return null;
  claim(claims, items);
  for (const [groups, , , ...lengths] of rest) lengths.forEach((length) => void claim(claims, groups * length));
  const list = new Array<unknown>(items);
  const kept = [...first.map((item) => revive(item, claims)), ...tallied(rest, items)];
  kept.slice(0, items).forEach((item, index) => {
    list[index] = item;
  });
  marks.set(list, mark);
  return list;
}

function claim(claims: Claims, items: number): void {
  claims.left -= items;
  if (!Number.isSafeInteger(items) || items < 0 || claims.left < 0)
    throw new Error('it claims more than a run can have');
}
