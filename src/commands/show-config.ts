import { ConfigError } from '../config/config-error.ts';
import { DEFAULT_ORIGIN } from '../config/read-key.ts';
import { showValues } from '../config/show-values.ts';
import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { configSchema } from '../settings/json-schema.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { asLines, printableJson } from '../text/printable.ts';
import type { Answer } from './command.ts';

/** Where there is no terminal. */
const WIDTH = 100;

export interface ConfigOptions {
  readonly json: boolean;
  /** Leaves out what is at its default. */
  readonly changed: boolean;
}

/** `watcher config`: every value with its origin. Throws `ConfigError`. */
export async function showConfig(flags: Flags, { changed, ...options }: ConfigOptions): Promise<Answer> {
  const { values } = await loadSettings(flags, process.env, workingFolder());
  const shown = changed ? values.filter(({ origin }) => !origin.startsWith(DEFAULT_ORIGIN)) : values;
  return { text: asLines(showValues(shown, { ...options, columns: process.stdout.columns ?? WIDTH })), code: 0 };
}

/** `watcher config --schema`: the form of its file, which no setting changes. Throws `ConfigError` for one all the same. */
export function showSchema(flags: Flags): Answer {
  const [key] = Object.keys(flags);
  if (key !== undefined) throw new ConfigError([`flag --${key} is not valid for the schema`]);
  return { text: `${printableJson(configSchema())}\n`, code: 0 };
}
