/** A YT value; one with attributes is a map of `$value` and `$attributes`. A string is a byte string: every character is one byte, 0 to 255. */
export type YtValue = string | number | bigint | boolean | null | readonly YtValue[] | YtMap;

export interface YtMap {
  readonly [key: string]: YtValue;
}

export function isMap(value: YtValue | undefined): value is YtMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value and its attributes, apart. */
export function takeApart(value: YtValue): { readonly bare: YtValue; readonly attributes: YtMap } {
  if (!isMap(value) || !('$value' in value)) return { bare: value, attributes: {} };
  const attributes = value['$attributes'];
  return { bare: value['$value']!, attributes: isMap(attributes) ? attributes : {} };
}

/** The value without its attributes, all the way down. */
export function withoutAttributes(value: YtValue): YtValue {
  const { bare } = takeApart(value);
  if (Array.isArray(bare)) return bare.map(withoutAttributes);
  if (!isMap(bare)) return bare;
  return Object.fromEntries(Object.entries(bare).map(([key, member]) => [key, withoutAttributes(member)]));
}

/** The map with what the other one has: map by map, and the other's values where they are no maps. */
export function patched(base: YtMap, patch: YtMap): YtMap {
  const merged: Record<string, YtValue> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const below = merged[key];
    merged[key] = isPlainMap(below) && isPlainMap(value) ? patched(below, value) : value;
  }
  return merged;
}

/** The byte string of a text in UTF-8. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that a byte string has in UTF-8. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function isPlainMap(value: YtValue | undefined): value is YtMap {
  return isMap(value) && !('$value' in value);
}
