import { ConfigError } from '../config/config-error.ts';
import { fromFile } from '../config/config-file.ts';
import { fromEnvironment } from '../config/environment.ts';
import type { Key } from '../config/key.ts';
import { readKey, type ShownValue } from '../config/read-key.ts';
import { type Environment, type FileSource, type Flags, fromFlags, type Given } from '../config/sources.ts';
import { CATALOG, type Catalog } from './catalog.ts';
import { configKey } from './keys.ts';
import { brokenRelations } from './relations.ts';
import type { Settings } from './settings.ts';

/**
 * The configuration of one run: flags before environment before file before defaults, each value checked by itself and
 * against the others. Throws `ConfigError` with all mistakes at once.
 */
export async function loadSettings(
  flags: Flags,
  env: Environment,
  cwd: string,
  { keys, allKeys, relations }: Catalog = CATALOG,
): Promise<{ readonly settings: Settings; readonly values: readonly ShownValue[] }> {
  const environment = fromEnvironment(env, cwd, allKeys);
  const outside = new Map([...environment.given, ...fromFlags(flags, cwd)]);
  const problems = [...environment.problems];
  const file = await fileNamedBy(outside, allKeys).catch((error) => note(error, problems));
  problems.push(...(file?.problems ?? []));
  const given = new Map([...(file?.given ?? []), ...outside]);

  const found = new Map<string, { readonly value: unknown; readonly shown: ShownValue }>();
  for (const [field, key] of Object.entries<Key<unknown>>(keys)) {
    try {
      found.set(field, readKey(key, given));
    } catch (error) {
      note(error, problems);
    }
  }
  // Complete unless a problem was noted, and then it is never handed out.
  const settings = Object.fromEntries([...found].map(([field, { value }]) => [field, value])) as unknown as Settings;
  const show = (field: string): string => {
    const { key, value, origin } = found.get(field)!.shown;
    return `${key} (${value}, ${origin})`;
  };
  problems.push(...brokenRelations(relations, settings, new Set(found.keys()), show));
  if (problems.length > 0) throw new ConfigError(problems);
  return { settings, values: [readKey(configKey, outside).shown, ...[...found.values()].map(({ shown }) => shown)] };
}

/** The file that flags or environment name, or the default one. Throws `ConfigError`. */
export async function fileNamedBy(
  outside: ReadonlyMap<string, Given>,
  allKeys: Catalog['allKeys'] = CATALOG.allKeys,
): Promise<FileSource> {
  const { value } = readKey(configKey, outside);
  return fromFile(value, outside.get(configKey.name)?.place ?? null, allKeys);
}

function note(error: unknown, problems: string[]): null {
  if (!(error instanceof ConfigError)) throw error;
  problems.push(...error.problems);
  return null;
}
