import type { IncomingHttpHeaders } from 'node:http';
import { YtError, yt } from '../errors.ts';
import type { YtValue } from '../values.ts';
import { type Format, formatNamed, formatOf, json, read, ysonText } from './formats.ts';
import { readYson } from './yson-reader.ts';

/** The value of an `X-YT-…` header, read by `X-YT-Header-Format` (YSON text itself; JSON without it); null without one. */
export function readHeader(headers: IncomingHttpHeaders, name: string): YtValue | null {
  const bytes = gathered(headers, name);
  return bytes === null ? null : read(bytes, headerFormat(headers));
}

/** The format that a header of YT's own names, or else one of HTTP's; null when neither does. */
export function formatInHeaders(headers: IncomingHttpHeaders, ytName: string, httpName: string): Format | null {
  const named = readHeader(headers, ytName);
  return named === null ? formatOf(one(headers, httpName)) : formatNamed(named);
}

const partsMax = 1000;

/** A header that is too long comes in parts: `name0` or `name-0` and so on, which make up base64. */
function gathered(headers: IncomingHttpHeaders, name: string): string | null {
  const whole = one(headers, name);
  if (whole !== undefined) return whole;
  let parts = '';
  for (let at = 0; ; at += 1) {
    if (at > partsMax) throw new YtError(yt.generic, 'Too many header parts', { attributes: { header_name: name } });
    const part = one(headers, `${name}${at}`) ?? one(headers, `${name}-${at}`);
    if (part === undefined) return at === 0 ? null : Buffer.from(parts, 'base64').toString('latin1');
    parts += part;
  }
}

function headerFormat(headers: IncomingHttpHeaders): Format {
  const named = one(headers, 'x-yt-header-format');
  if (named === undefined) return json;
  const format = formatNamed(readYson(named.trim()));
  return format.name === 'yson' ? ysonText : format;
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined ? undefined : String(value);
}
