import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { fromFile } from '../config/config-file.ts';
import { fromEnvironment } from '../config/environment.ts';
import { CONFIG_KEY, type Key } from '../config/key.ts';
import { readKey, type ShownValue } from '../config/read-key.ts';
import { type Environment, type FileSource, type Flags, fromFlags, type Given } from '../config/sources.ts';
import { isSilence, mustAllAnswer } from '../files/patience.ts';
import { CATALOG, type Catalog } from './catalog.ts';
import { checkAuthorities } from './check-authorities.ts';
import { configKey } from './keys.ts';
import { brokenRelations } from './relations.ts';
import type { Settings } from './settings.ts';
import { warningsAbout } from './warnings.ts';

/** A configuration that a run can have. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly values: readonly ShownValue[];
  /** What each run says of it, one line each. */
  readonly warnings: readonly string[];
}

/**
 * The configuration of one run: flags before environment before file before defaults, each value checked by itself and
 * against the others. Throws `ConfigError` with all mistakes at once, and `FileProblem` where patience with a file is at its end.
 */
export async function loadSettings(
  flags: Flags,
  env: Environment,
  cwd: string,
  catalog: Catalog = CATALOG,
): Promise<LoadedSettings> {
  const { keys, allKeys, relations } = catalog;
  const environment = fromEnvironment(env, cwd, allKeys);
  const outside = new Map([...environment.given, ...fromFlags(flags, cwd)]);
  const problems = [...environment.problems];
  const file = await fileNamedBy(outside, allKeys).catch((error) => note(error, problems));
  problems.push(...(file?.problems ?? []));
  const given = new Map([...(file?.given ?? []), ...outside]);

  const found = new Map<string, { readonly value: unknown; readonly shown: ShownValue }>();
  if (file !== null) found.set(CONFIG_KEY, named(file, readKey(configKey, outside)));
  const folder = dirname((found.get(CONFIG_KEY)?.value as string | undefined) ?? configKey.default);
  for (const [field, key] of Object.entries<Key<unknown>>(keys)) {
    try {
      found.set(field, readKey(key, given, folder));
    } catch (error) {
      note(error, problems);
    }
  }
  // Complete unless a problem was noted, and then it is never handed out.
  const { [CONFIG_KEY]: _, ...settings } = valuesOf(found);
  const show = (field: string): string => {
    const { key, value, origin } = found.get(field)!.shown;
    return `${key} (${value}, ${origin})`;
  };
  await mustAllAnswer(Object.values(settings).filter(isPath)).catch((error) => note(error, problems));
  problems.push(...brokenRelations(relations, valuesOf(found), new Set(found.keys()), show));
  const authorities = await checkAuthorities(settings, show).catch((error) => note(error, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  const complete = settings as unknown as Settings;
  const values = [...found.values()].map(({ shown }) => shown);
  return {
    settings: complete,
    values,
    warnings: [...(file?.warnings ?? []), ...(authorities ?? []), ...warningsAbout(complete, values, catalog)],
  };
}

/** Whatever may be one: what is none is nowhere, and answers at once. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/');
}

function valuesOf(found: ReadonlyMap<string, { readonly value: unknown }>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...found].map(([field, { value }]) => [field, value]));
}

function named<Read extends { readonly shown: ShownValue }>({ isMissing }: FileSource, read: Read): Read {
  return isMissing ? { ...read, shown: { ...read.shown, origin: `${read.shown.origin} (missing)` } } : read;
}

/** The file that flags or environment name, or the default one. Throws as `fromFile` does. */
export async function fileNamedBy(
  outside: ReadonlyMap<string, Given>,
  allKeys: Catalog['allKeys'] = CATALOG.allKeys,
): Promise<FileSource> {
  const { value: path } = readKey(configKey, outside);
  const { value: allowUnsafe } = readKey(CATALOG.keys.allowUnsafeFiles, outside);
  return fromFile({ path, namedBy: outside.get(configKey.name)?.place ?? null, allowUnsafe }, allKeys);
}

/** A mistake in the configuration can be corrected whatever does not answer: it comes first. */
function note(error: unknown, problems: string[]): null {
  if (isSilence(error) && problems.length > 0) throw new ConfigError(problems);
  if (!(error instanceof ConfigError)) throw error;
  problems.push(...error.problems);
  return null;
}
