import type { IncomingHttpHeaders } from 'node:http';
import { YtError, yt } from './errors.ts';
import { readJson, writeJson } from './json.ts';
import { isMap, type YtValue } from './values.ts';
import { readYson, writeYson } from './yson.ts';

/** How values are written on the wire. */
export type Format = { readonly name: 'json'; readonly encodeUtf8: boolean } | { readonly name: 'yson' };

const json: Format = { name: 'json', encodeUtf8: true };
const yson: Format = { name: 'yson' };

const formatOfMime: Readonly<Record<string, Format>> = {
  'application/json': json,
  'application/x-yt-yson-text': yson,
  'application/x-yt-yson-pretty': yson,
};

/** The format of a body that is sent to the proxy: YSON unless the headers say something else. */
export function inputFormat(headers: IncomingHttpHeaders): Format {
  const named = headers['x-yt-input-format'];
  if (named !== undefined) return formatNamed(readHeader(String(named), headers));
  const mime = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mime === undefined || mime === '') return yson;
  return formatOfMime[mime] ?? refuse(415, `Cannot read Content-Type "${mime}"`);
}

/** The format of the answer, with its media type: pretty YSON as plain text unless the headers say something else. */
export function outputFormat(headers: IncomingHttpHeaders): { format: Format; mime: string } {
  const plain = { format: yson, mime: 'text/plain' };
  const named = headers['x-yt-output-format'];
  if (named !== undefined) {
    const format = formatNamed(readHeader(String(named), headers));
    return format.name === 'json' ? { format, mime: 'application/json' } : plain;
  }
  if (headers.accept === undefined) return plain;
  for (const part of headers.accept.split(',')) {
    const mime = part.split(';')[0]!.trim().toLowerCase();
    const format = formatOfMime[mime];
    if (format !== undefined) return { format, mime };
    if (mime === '*/*' || mime === 'text/plain') return plain;
  }
  return refuse(406, `Cannot answer with any of "${headers.accept}"`);
}

/** Reads the value of an `X-YT-…` header by `X-YT-Header-Format`, which is itself YSON text; JSON without it. */
export function readHeader(text: string, headers: IncomingHttpHeaders): YtValue {
  const named = headers['x-yt-header-format'];
  return read(text, named === undefined ? json : formatNamed(readYson(String(named))));
}

/** Reads bytes (as characters 0 to 255) in the format. */
export function read(bytes: string, format: Format): YtValue {
  if (format.name === 'yson') return readYson(bytes);
  return readJson(Buffer.from(bytes, 'latin1').toString('utf8'), format.encodeUtf8);
}

export function write(value: YtValue, format: Format): string {
  return format.name === 'json' ? writeJson(value, format.encodeUtf8) : `${writeYson(value)}\n`;
}

function formatNamed(value: YtValue): Format {
  const name = isMap(value) ? value['$value'] : value;
  const attributes = isMap(value) ? value['$attributes'] : {};
  if (name === 'yson') return yson;
  if (name === 'json') return { name, encodeUtf8: !isMap(attributes) || attributes['encode_utf8'] !== false };
  return refuse(415, 'Unknown format');
}

function refuse(httpStatus: number, message: string): never {
  throw new YtError(yt.generic, message, { httpStatus });
}
