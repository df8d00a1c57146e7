import type { Received } from '../../http/listen.ts';
import { YtError, yt } from '../errors.ts';
import { isMap, patched, type YtMap, type YtValue } from '../values.ts';
import { read, yson } from './formats.ts';
import { formatInHeaders, readHeader } from './headers.ts';
import { readQuery } from './query.ts';

/** The parameters of one command, from wherever they came; later sources win: query, `X-YT-Parameters`, POST body. */
export function gatherParameters({ method, url, headers, body }: Received): YtMap {
  const sources: YtValue[] = [readQuery(url.searchParams), readHeader(headers, 'x-yt-parameters') ?? {}];
  if (method === 'POST' && body.length > 0) {
    if (![undefined, 'identity'].includes(headers['content-encoding'])) {
      throw new YtError(yt.generic, 'Content-Encoding not supported in POST body');
    }
    const format = formatInHeaders(headers, 'x-yt-input-format', 'content-type') ?? yson;
    sources.push(read(body.toString('latin1'), format));
  }
  return sources.map(mapOf).reduce(patched, {});
}

function mapOf(value: YtValue): YtMap {
  if (!isMap(value) || '$value' in value) throw new YtError(yt.generic, 'Parameters must be a map');
  return value;
}
