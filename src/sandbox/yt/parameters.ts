import type { Received } from '../http/listen.ts';
import { YtError, yt } from './errors.ts';
import { inputFormat, read, readHeader } from './formats.ts';
import { nullGuid, parseGuid } from './guid.ts';
import { isMap, withoutAttributes, type YtMap, type YtValue } from './values.ts';

/** The parameters of one command, from wherever they came; later sources win: query, `X-YT-Parameters`, POST body. */
export function mergeParameters({ method, url, headers, body }: Received): Parameters {
  const merged: Record<string, YtValue> = {};
  for (const [key, value] of url.searchParams) {
    merged[Buffer.from(key).toString('latin1')] = /^-?\d{1,15}$/.test(value)
      ? Number(value)
      : Buffer.from(value).toString('latin1');
  }
  const inHeader = headers['x-yt-parameters'];
  if (inHeader !== undefined) Object.assign(merged, mapOf(readHeader(String(inHeader), headers)));
  if (method === 'POST' && body.length > 0) {
    if (headers['content-encoding'] !== undefined) {
      throw new YtError(yt.generic, 'Content-Encoding is not supported in a POST body', { httpStatus: 415 });
    }
    Object.assign(merged, mapOf(read(body.toString('latin1'), inputFormat(headers))));
  }
  return new Parameters(merged);
}

function mapOf(value: YtValue): YtMap {
  if (!isMap(value)) throw new YtError(yt.generic, 'Parameters must be a map');
  return withoutAttributes(value) as YtMap;
}

/** Reads parameters by type; one that has another type, or is missing where it is needed, is an error. */
export class Parameters {
  readonly map: YtMap;

  constructor(map: YtMap) {
    this.map = map;
  }

  string(key: string): string {
    return this.optionalString(key) ?? this.#missing(key);
  }

  optionalString(key: string): string | null {
    const value = this.map[key] ?? null;
    return value === null || typeof value === 'string' ? value : this.#wrong(key, 'a string');
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
    const value = this.optionalString(key) ?? otherwise;
    return allowed.find((word) => word === value) ?? this.#wrong(key, `one of ${allowed.join(', ')}`);
  }

  boolean(key: string): boolean {
    const value = this.map[key] ?? false;
    if (typeof value === 'boolean') return value;
    return value === 'true' || value === 'false' ? value === 'true' : this.#wrong(key, 'a boolean');
  }

  optionalInteger(key: string): number | null {
    const value = this.map[key] ?? null;
    if (value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return value;
    return this.#wrong(key, 'a whole number');
  }

  attributes(): YtMap {
    const value = this.map['attributes'] ?? {};
    return isMap(value) ? value : this.#wrong('attributes', 'a map');
  }

  /** A GUID, or null when it is absent or the null GUID. */
  optionalGuid(key: string): string | null {
    const text = this.optionalString(key);
    const guid = text === null ? null : parseGuid(text);
    return guid === nullGuid ? null : guid;
  }

  #missing(key: string): never {
    throw new YtError(yt.generic, `Missing required parameter /${key}`);
  }

  #wrong(key: string, expected: string): never {
    throw new YtError(yt.generic, `Error reading parameter /${key}: expected ${expected}`);
  }
}
