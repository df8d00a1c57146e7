import { YtError, yt } from '../errors.ts';
import { takeApart, type YtValue } from '../values.ts';
import { readJson, writeJson } from './json.ts';
import { readYson } from './yson-reader.ts';
import { writeYson, type YsonStyle } from './yson-writer.ts';

/** How values are written on the wire. */
export type Format =
  | { readonly name: 'json'; readonly encodeUtf8: boolean }
  | { readonly name: 'yson'; readonly style: YsonStyle };

export const json: Format = { name: 'json', encodeUtf8: true };
/** Also the format of parameters in a body that says nothing of its format. */
export const yson: Format = { name: 'yson', style: 'binary' };
export const ysonText: Format = { name: 'yson', style: 'text' };

/** A media type names a format only when it is spelled exactly so: with a charset it names none. */
const formatOfMime: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['application/json', json],
  ['application/x-yt-yson-binary', yson],
  ['application/x-yt-yson-text', ysonText],
  ['application/x-yt-yson-pretty', { name: 'yson', style: 'pretty' }],
]);

/** The format that a media type names, or null. */
export function formatOf(mime: string | undefined): Format | null {
  return formatOfMime.get(mime?.trim() ?? '') ?? null;
}

/** The format that a value names: `json`, `<format=text>yson`. */
export function formatNamed(value: YtValue): Format {
  const { bare: name, attributes } = takeApart(value);
  if (name === 'yson') return { name, style: styleNamed(attributes['format'] ?? 'binary') };
  if (name === 'json') return { name, encodeUtf8: String(attributes['encode_utf8']) !== 'false' };
  throw new YtError(yt.generic, `Unknown or unsupported format ${JSON.stringify(name)}`);
}

export function mimeOf(format: Format): string {
  return format.name === 'json' ? 'application/json' : `application/x-yt-yson-${format.style}`;
}

/** Reads bytes (as characters 0 to 255) in the format. */
export function read(bytes: string, format: Format): YtValue {
  if (format.name === 'yson') return readYson(bytes);
  return readJson(Buffer.from(bytes, 'latin1').toString('utf8'), format.encodeUtf8);
}

export function write(value: YtValue, format: Format): Buffer {
  if (format.name === 'json') return Buffer.from(writeJson(value, format.encodeUtf8), 'utf8');
  return Buffer.from(writeYson(value, format.style), 'latin1');
}

function styleNamed(style: YtValue): YsonStyle {
  if (style === 'binary' || style === 'text' || style === 'pretty') return style;
  throw new YtError(yt.generic, `Unknown YSON format ${JSON.stringify(style)}`);
}
