import { ConfigError } from './config-error.ts';
import { fromEnvironment } from './environment.ts';
import { keys } from './keys.ts';
import { fileNamedBy } from './load-settings.ts';
import { readKey } from './read-key.ts';
import { type Environment, type Flags, fromFlags } from './sources.ts';

/**
 * Where the statistics are, for `-get_stats`, which no other setting may break: a configuration file that cannot be
 * used gives a warning, and then the default counts. Throws `ConfigError` only for a wrong flag or variable.
 */
export async function findStatFile(
  flags: Flags,
  env: Environment,
  cwd: string,
): Promise<{ readonly statFile: string; readonly warning: string | null }> {
  const outside = new Map([...fromEnvironment(env, cwd).given, ...fromFlags(flags, cwd)]);
  const key = keys.statFile;
  if (outside.has(key.name)) return { statFile: readKey(key, outside).value, warning: null };
  try {
    const file = await fileNamedBy(outside);
    return { statFile: readKey(key, file.given).value, warning: null };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const statFile = readKey(key, outside).value;
    return { statFile, warning: `${error.message}; showing ${statFile} instead` };
  }
}
