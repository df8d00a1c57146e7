import { quoted } from '../text/quoted.ts';
import { didYouMean } from './did-you-mean.ts';
import { environmentName, type Key } from './key.ts';
import type { Environment, Given, Source } from './sources.ts';

const prefix = environmentName({ name: '' });

/** What a watcher sets for its commands (src/command): one of them may well start a watcher, for its statistics. */
const forCommands = new Set(['WATCHER_RUN_ID', 'WATCHER_REASON', 'WATCHER_DEADLINE']);

/**
 * The values that `WATCHER_` variables give. An empty variable counts as not set, for there is no portable way to unset
 * one in a crontab; an unknown one is a mistake.
 */
export function fromEnvironment(env: Environment, cwd: string, allKeys: readonly Key<unknown>[]): Source {
  const known = new Map(allKeys.map((key) => [environmentName(key), key.name]));
  const suffixes = [...known.keys()].map((variable) => variable.slice(prefix.length));
  const given = new Map<string, Given>();
  const problems: string[] = [];
  for (const [variable, raw] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || forCommands.has(variable)) continue;
    const name = known.get(variable);
    if (name === undefined) {
      const hint = didYouMean(variable.slice(prefix.length), suffixes, prefix);
      problems.push(`environment: unknown variable ${quoted(variable)}${hint}`);
    } else if (raw) {
      const origin = `environment ${variable}`;
      given.set(name, { raw, origin, place: origin, folder: cwd });
    }
  }
  return { given, problems };
}
