import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { quoted } from '../text/quoted.ts';

export const FORMATS = ['mermaid', 'dot', 'svg', 'json', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The machines by name, and `all` of them together. */
export const DRAWABLE = ['watcher', 'clusterLock', 'command', 'all'] as const;
export type Drawable = (typeof DRAWABLE)[number];

/** What `watcher graph` is asked for. */
export interface GraphRequest {
  readonly format: Format;
  readonly machine: Drawable;
  /** Recordings to lay over the graph. */
  readonly runs: readonly string[];
  /** Where the drawing is written; null for stdout. */
  readonly output: string | null;
}

/** The flags of `watcher graph`, as they were written. */
export interface GraphFlags {
  readonly format?: string;
  readonly machine?: string;
  readonly run?: readonly string[];
  readonly output?: string;
}

/** What they ask for. Throws `ConfigError` for a word that it does not know. */
export function graphRequest(flags: GraphFlags): GraphRequest {
  const runs = flags.run ?? [];
  const format = oneOf('format', flags.format ?? 'mermaid', FORMATS);
  const data = format === 'json' || format === 'html';
  const machine = oneOf('machine', flags.machine ?? (data ? 'all' : 'watcher'), DRAWABLE);
  if (format === 'json' && runs.length > 0) throw new ConfigError(['graph: --format json takes no --run']);
  if (format !== 'html' && runs.length > 1) {
    throw new ConfigError([`graph: --format ${format} takes one --run, --format html takes several`]);
  }
  if (runs.includes('') || flags.output === '') throw new ConfigError(['graph: a file needs a name']);
  return { format, machine, runs, output: flags.output ?? null };
}

function oneOf<Word extends string>(flag: string, value: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new ConfigError([`flag --${flag}: ${quoted(value)} is none of ${words.join(', ')}${didYouMean(value, words)}`]);
}
