import { hostname } from 'node:os';
import { BadValue, ConfigError } from './config-error.ts';
import type { Key } from './key.ts';
import type { Given } from './sources.ts';

/** Said of a value that nobody gave. */
export const DEFAULT_ORIGIN = 'default';

/** One key as `watcher config` shows it. */
export interface ShownValue {
  readonly key: string;
  /** `***` for a secret. */
  readonly value: string;
  /** `flag`, `environment WATCHER_X`, `/path/file.yaml:12` or `default`. */
  readonly origin: string;
}

/**
 * The value of one key, from whoever gave it or from its default, which may be a path below `folder`. Throws `BadValue`
 * that begins with the place.
 */
export function readKey<T>(
  key: Key<T>,
  given: ReadonlyMap<string, Given>,
  defaultFolder = '/',
): { readonly value: T; readonly shown: ShownValue } {
  const { raw, origin, place, folder } = given.get(key.name) ?? standard(key, defaultFolder);
  try {
    const value = key.type.parse(raw, folder);
    return { value, shown: { key: key.name, value: show(key, value), origin } };
  } catch (error) {
    throw error instanceof ConfigError ? new BadValue(`${place}: ${error.message}`) : error;
  }
}

function standard(key: Key<unknown>, folder: string): Given {
  const raw = key.default.replace('<hostname>', hostname());
  return { raw, origin: DEFAULT_ORIGIN, place: `default of ${key.name}`, folder };
}

function show<T>(key: Key<T>, value: T): string {
  return key.secret && value !== null ? '***' : key.type.format(value);
}
