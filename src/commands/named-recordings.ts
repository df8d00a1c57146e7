import { ConfigError } from '../config/config-error.ts';

/** The recordings that a command line names. Throws `ConfigError` where it names none. */
export function namedRecordings(words: readonly string[], need: string): readonly [string, ...string[]] {
  const [first, ...rest] = words;
  if (first === undefined) throw new ConfigError([`${need}, such as runs/20261123T051321Z-78f189530aa4c7f5.jsonl`]);
  return [first, ...rest];
}
