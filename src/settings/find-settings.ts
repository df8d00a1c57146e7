import { ConfigError } from '../config/config-error.ts';
import { fromEnvironment } from '../config/environment.ts';
import type { Key } from '../config/key.ts';
import { readKey } from '../config/read-key.ts';
import { type Environment, type Flags, fromFlags } from '../config/sources.ts';
import { isSilence } from '../files/patience.ts';
import { CATALOG } from './catalog.ts';
import { fileNamedBy } from './load-settings.ts';
import type { Settings } from './settings.ts';

const { keys, allKeys } = CATALOG;

export interface FoundSettings<Field extends keyof Settings> {
  readonly settings: Pick<Settings, Field>;
  /** Why the file does not give some of them. */
  readonly problems: readonly string[];
  /** The same, with what counts instead. */
  readonly warnings: readonly string[];
}

/**
 * A few settings by themselves, for questions that no other setting may break. A file that cannot be used, that does not
 * answer, or that has one of these wrong, is one of the `problems`; each has a warning too, for whom the default will do
 * instead. Throws `ConfigError` only for a wrong flag or variable.
 */
export async function findSettings<Field extends keyof Settings>(
  fields: readonly Field[],
  flags: Flags,
  env: Environment,
  cwd: string,
): Promise<FoundSettings<Field>> {
  const outside = new Map([...fromEnvironment(env, cwd, allKeys).given, ...fromFlags(flags, cwd)]);
  const problems: string[] = [];
  const warnings: string[] = [];
  const warn = (error: unknown, lost: readonly Key<unknown>[]): null => {
    if (!(error instanceof ConfigError || isSilence(error))) throw error;
    const defaults = lost.map((key) => `${key.name} ${readKey(key, outside).shown.value}`);
    problems.push(error.message);
    warnings.push(`${error.message}; using ${defaults.join(' and ')} instead`);
    return null;
  };

  const wanted = fields.map((field): Key<unknown> => keys[field]).filter(({ name }) => !outside.has(name));
  const file = wanted.length === 0 ? null : await fileNamedBy(outside).catch((error) => warn(error, wanted));
  const given = new Map([...(file?.given ?? []), ...outside]);

  const find = (field: Field): unknown => {
    const key: Key<unknown> = keys[field];
    try {
      const problem = outside.has(key.name) ? undefined : file?.valueless.get(key.name);
      if (problem !== undefined) throw new ConfigError([problem]);
      return readKey(key, given).value;
    } catch (error) {
      // A wrong flag or variable is no less wrong without the file.
      const { value } = readKey(key, outside);
      warn(error, [key]);
      return value;
    }
  };
  const found = fields.map((field) => [field, find(field)] as const);
  return { settings: Object.fromEntries(found) as unknown as Pick<Settings, Field>, problems, warnings };
}
