import { YtError, yt } from '../errors.ts';
import type { YtMap, YtValue } from '../values.ts';

/** The parameters of a query string: whole numbers and words, and below brackets maps and lists, `a[b]=…`, `a[]=…`. */
export function readQuery(query: URLSearchParams): YtMap {
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, text] of query) {
    const [first, ...below] = keysOf(Buffer.from(name).toString('latin1'));
    place(root, first!, below, scalar(text));
  }
  return root as YtMap;
}

function keysOf(name: string): string[] {
  const [, first, brackets] = /^([^[]*)((?:\[[^\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined) throw new YtError(yt.generic, `Unmatched bracket in query argument name "${name}"`);
  return [first, ...[...brackets!.matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key!)];
}

function place(into: Record<string, unknown> | unknown[], key: string, below: readonly string[], value: YtValue): void {
  const slot = Array.isArray(into) && key === '' ? String(into.length) : key;
  const holder = into as Record<string, unknown>;
  const [next, ...rest] = below;
  if (next === undefined) {
    holder[slot] = value;
    return;
  }
  holder[slot] ??= /^\d*$/.test(next) ? [] : Object.create(null);
  place(holder[slot] as Record<string, unknown>, next, rest, value);
}

function scalar(text: string): YtValue {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : Buffer.from(text).toString('latin1');
}
