import { YtError, yt } from '../errors.ts';
import { bytesOf, textOf, type YtMap, type YtValue } from '../values.ts';

/**
 * JSON of a value. With `encodeUtf8` (YT's default) every byte of a string becomes one character, so that UTF-8 text
 * comes out as mojibake; without it strings come out as text. 64-bit numbers come out as bare digits.
 */
export function writeJson(value: YtValue, encodeUtf8: boolean): string {
  if (typeof value === 'string') return JSON.stringify(encodeUtf8 ? value : textOf(value));
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, encodeUtf8)).join(',')}]`;
  const members = Object.entries(value as YtMap).map(
    ([key, member]) => `${writeJson(key, encodeUtf8)}:${writeJson(member, encodeUtf8)}`,
  );
  return `{${members.join(',')}}`;
}

/** Reads JSON text into byte strings. With `encodeUtf8` a character above U+00FF is an error. */
export function readJson(text: string, encodeUtf8: boolean): YtValue {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new YtError(yt.generic, 'Error parsing JSON');
  }
  return toBytes(parsed, encodeUtf8);
}

function toBytes(value: unknown, encodeUtf8: boolean): YtValue {
  if (typeof value === 'string') {
    if (!encodeUtf8) return bytesOf(value);
    if (/[^\x00-\xff]/.test(value)) {
      throw new YtError(yt.generic, 'Unicode symbols above U+00FF are not allowed while encode_utf8 is true');
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => toBytes(item, encodeUtf8));
  if (typeof value !== 'object' || value === null) return value as YtValue;
  const entries = Object.entries(value).map(([key, member]) => [
    toBytes(key, encodeUtf8) as string,
    toBytes(member, encodeUtf8),
  ]);
  return Object.fromEntries(entries);
}
