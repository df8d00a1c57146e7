/** A YT value; one with attributes is a map of `$value` and `$attributes`. A string is a byte string: every character is one byte, 0 to 255. */
export type YtValue = string | number | bigint | boolean | null | readonly YtValue[] | YtMap;

export interface YtMap {
  readonly [key: string]: YtValue;
}

export function isMap(value: YtValue | undefined): value is YtMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value without its attributes, all the way down. */
export function withoutAttributes(value: YtValue): YtValue {
  if (Array.isArray(value)) return value.map(withoutAttributes);
  if (!isMap(value)) return value;
  if ('$value' in value && '$attributes' in value) return withoutAttributes(value['$value']!);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutAttributes(member)]));
}

/** The byte string of a text in UTF-8. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that a byte string has in UTF-8. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
