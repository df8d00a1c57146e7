import { ConfigError } from '../config/config-error.ts';
import { showValues } from '../config/show-values.ts';
import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { configSchema } from '../settings/json-schema.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { printableJson } from '../text/printable.ts';
import type { Answer } from './command.ts';

/** `watcher config`: every value with its origin. Throws `ConfigError`. */
export async function showConfig(flags: Flags, options: { readonly json: boolean }): Promise<Answer> {
  const { values } = await loadSettings(flags, process.env, workingFolder());
  return { text: showValues(values, options), code: 0 };
}

/** `watcher config --schema`: the form of its file, which no setting changes. Throws `ConfigError` for one all the same. */
export function showSchema(flags: Flags): Answer {
  const [key] = Object.keys(flags);
  if (key !== undefined) throw new ConfigError([`flag --${key} is not valid for the schema`]);
  return { text: `${printableJson(configSchema())}\n`, code: 0 };
}
