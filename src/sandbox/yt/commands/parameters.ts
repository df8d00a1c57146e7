import { YtError, yt } from '../errors.ts';
import { nullGuid, parseGuid } from '../state/guid.ts';
import { isMap, withoutAttributes, type YtMap, type YtValue } from '../values.ts';

/** Reads parameters by type; one that has another type, or is missing where it is needed, is an error. */
export class Parameters {
  readonly map: YtMap;
  readonly #annotated: YtMap;

  constructor(annotated: YtMap) {
    this.#annotated = annotated;
    this.map = withoutAttributes(annotated) as YtMap;
  }

  /** The parameter with its own attributes, which formats have; null when it is absent. */
  annotated(key: string): YtValue {
    return this.#annotated[key] ?? null;
  }

  string(key: string): string {
    return this.optionalString(key) ?? this.#missing(key);
  }

  optionalString(key: string): string | null {
    const value = this.map[key] ?? null;
    return value === null || typeof value === 'string' ? value : this.#wrong(key, 'a string');
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise?: T): T {
    const value = this.optionalString(key) ?? otherwise ?? this.#missing(key);
    return allowed.find((word) => word === value) ?? this.#wrong(key, `one of ${allowed.join(', ')}`);
  }

  boolean(key: string): boolean {
    const value = this.map[key] ?? false;
    if (typeof value === 'boolean') return value;
    return value === 'true' || value === 'false' ? value === 'true' : this.#wrong(key, 'a boolean');
  }

  optionalInteger(key: string): number | null {
    const value = this.map[key] ?? null;
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (number === null || (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0)) return number;
    return this.#wrong(key, 'a whole number');
  }

  /** A moment, in text or in milliseconds since 1970. */
  optionalInstant(key: string): Date | null {
    const value = this.map[key] ?? null;
    if (value === null) return null;
    const date = new Date(typeof value === 'string' ? value : Number(value));
    return Number.isNaN(date.getTime()) ? this.#wrong(key, 'a time') : date;
  }

  attributes(): YtMap {
    const value = this.map['attributes'] ?? {};
    return isMap(value) ? value : this.#wrong('attributes', 'a map');
  }

  /** The names of the attributes that are asked for: a list of them, or a map with such a list as `keys`. */
  attributeFilter(): readonly string[] {
    const given = this.map['attributes'] ?? [];
    const names = (isMap(given) ? given['keys'] : given) ?? [];
    const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
    return isList ? (names as string[]) : this.#wrong('attributes', 'a list of names');
  }

  list(key: string): readonly YtValue[] {
    const value = this.map[key] ?? [];
    return Array.isArray(value) ? value : this.#wrong(key, 'a list');
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
