import { showValues } from '../config/show-values.ts';
import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { loadSettings } from '../settings/load-settings.ts';

/** `watcher config`: every value with its origin, ready to be printed. Throws `ConfigError`. */
export async function showConfig(flags: Flags, options: { readonly json: boolean }): Promise<string> {
  const { values } = await loadSettings(flags, process.env, workingFolder());
  return showValues(values, options);
}
