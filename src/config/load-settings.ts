import { ConfigError } from './config-error.ts';
import { fromFile } from './config-file.ts';
import { fromEnvironment } from './environment.ts';
import { configKey, type Key, keys } from './keys.ts';
import { readKey, type ShownValue } from './read-key.ts';
import { brokenRelations } from './relations.ts';
import type { Settings } from './settings.ts';
import { type Environment, type FileSource, type Flags, fromFlags, type Given } from './sources.ts';

type Field = keyof Settings;

/**
 * The configuration of one run: flags before environment before file before defaults, each value checked by itself and
 * against the others. Throws `ConfigError` with all mistakes at once.
 */
export async function loadSettings(
  flags: Flags,
  env: Environment,
  cwd: string,
): Promise<{ readonly settings: Settings; readonly values: readonly ShownValue[] }> {
  const environment = fromEnvironment(env, cwd);
  const outside = new Map([...environment.given, ...fromFlags(flags, cwd)]);
  const problems = [...environment.problems];
  const file = await fileNamedBy(outside).catch((error) => note(error, problems));
  problems.push(...(file?.problems ?? []));
  const given = new Map([...(file?.given ?? []), ...outside]);

  const found = new Map<Field, { readonly value: unknown; readonly shown: ShownValue }>();
  for (const [field, key] of Object.entries(keys) as [Field, Key<unknown>][]) {
    try {
      found.set(field, readKey(key, given));
    } catch (error) {
      note(error, problems);
    }
  }
  // Complete unless a problem was noted, and then it is never handed out.
  const settings = Object.fromEntries([...found].map(([field, { value }]) => [field, value])) as unknown as Settings;
  const show = (field: Field): string => {
    const { key, value, origin } = found.get(field)!.shown;
    return `${key} (${value}, ${origin})`;
  };
  problems.push(...brokenRelations(settings, new Set(found.keys()), show));
  if (problems.length > 0) throw new ConfigError(problems);
  return { settings, values: [readKey(configKey, outside).shown, ...[...found.values()].map(({ shown }) => shown)] };
}

/** The file that flags or environment name, or the default one. Throws `ConfigError`. */
export async function fileNamedBy(outside: ReadonlyMap<string, Given>): Promise<FileSource> {
  const { value } = readKey(configKey, outside);
  return fromFile(value, outside.get(configKey.name)?.place ?? null);
}

function note(error: unknown, problems: string[]): null {
  if (!(error instanceof ConfigError)) throw error;
  problems.push(...error.problems);
  return null;
}
