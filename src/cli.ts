import { cac } from 'cac';
import { BadValue, ConfigError } from './config/config-error.ts';
import { didYouMean } from './config/did-you-mean.ts';
import { type FlagKind, readArguments, valuesOf } from './config/flags.ts';
import type { Flags } from './config/sources.ts';
import { bool } from './config/value-types.ts';
import { type GraphRequest, graphRequest } from './graph/request.ts';
import { CATALOG } from './settings/catalog.ts';
import { helpText } from './settings/help.ts';
import { quoted } from './text/quoted.ts';

/** What a command line asks for. `flags` are configuration keys as they were written, for `loadSettings`. */
export type Command =
  | { readonly command: 'run'; readonly flags: Flags }
  | { readonly command: 'config'; readonly json: boolean; readonly flags: Flags }
  | { readonly command: 'schema' }
  | { readonly command: 'stats'; readonly flags: Flags }
  | { readonly command: 'status'; readonly json: boolean; readonly flags: Flags }
  | { readonly command: 'graph'; readonly request: GraphRequest }
  | { readonly command: 'replay'; readonly files: readonly string[]; readonly json: boolean }
  | { readonly command: 'explain'; readonly file: string }
  | { readonly command: 'version' }
  | { readonly command: 'help'; readonly text: string };

/** Flags that ask for something else than a run. */
const questions = ['help', 'h', 'version', 'get_stats'] as const;

/** The flags of sub-commands, which are no configuration keys. */
const ownFlags: Readonly<Record<string, FlagKind>> = {
  json: 'switch',
  schema: 'switch',
  format: 'value',
  machine: 'value',
  run: 'list',
  output: 'value',
};

const { allKeys } = CATALOG;

const kinds: ReadonlyMap<string, FlagKind> = new Map<string, FlagKind>([
  ...allKeys.map(({ name, type }) => [name, type === bool ? 'switch' : 'value'] as const),
  ...questions.map((name) => [name, 'switch'] as const),
  ...Object.entries(ownFlags),
]);

/**
 * Translates the arguments behind the program's name into one command. Reads nothing else. Throws `ConfigError` for an
 * unknown flag, a missing value or an argument that nothing takes.
 */
export function parseCommandLine(argv: readonly string[]): Command {
  const { flags, words, problems } = readArguments(argv, kinds);
  if (isOn(flags, 'help') || isOn(flags, 'h')) return { command: 'help', text: helpText() };
  if (problems.length > 0) throw new ConfigError(problems);
  if (isOn(flags, 'version')) return alone(words, { command: 'version' });
  if (isOn(flags, 'get_stats')) return alone(words, { command: 'stats', flags: keysAmong(flags) });
  return matchCommand(words, flags);
}

/** A new sub-command is one more `cli.command(…)` here, with its own switches as options. */
function matchCommand(words: readonly string[], flags: Flags): Command {
  const cli = cac('watcher');
  for (const name of [...allKeys.map((key) => key.name), ...questions]) cli.option(`--${name} <value>`, '');
  cli.command('').action((): Command => ({ command: 'run', flags: keysAmong(flags) }));
  cli
    .command('config')
    .option('--json <value>', '')
    .option('--schema <value>', '')
    .action((): Command => {
      if (!isOn(flags, 'schema')) return { command: 'config', json: isOn(flags, 'json'), flags: keysAmong(flags) };
      refuseKeys(flags, 'the schema');
      return { command: 'schema' };
    });
  cli
    .command('status')
    .option('--json <value>', '')
    .action((): Command => ({ command: 'status', json: isOn(flags, 'json'), flags: keysAmong(flags) }));
  cli
    .command('graph')
    .option('--format <value>', '')
    .option('--machine <value>', '')
    .option('--run <value>', '')
    .option('--output <value>', '')
    .action((): Command => {
      refuseKeys(flags, 'a drawing');
      return { command: 'graph', request: graphRequest(flags, valuesOf(flags, 'run')) };
    });
  cli
    .command('replay [...files]')
    .option('--json <value>', '')
    .action(
      (): Command => ({
        command: 'replay',
        files: recordings(words, flags, 'watcher replay needs recordings, or their folder'),
        json: isOn(flags, 'json'),
      }),
    );
  cli.command('explain [...files]').action((): Command => {
    const [file, second] = recordings(words, flags, 'watcher explain needs one recording');
    if (second !== undefined) throw unexpected(second, ', for watcher explain takes one recording');
    return { command: 'explain', file: file! };
  });

  // To cac a lone dash is a flag without a name, which it forgets.
  const odd = words.find((word) => word === '' || word.startsWith('-'));
  if (odd !== undefined) throw unexpected(odd);
  // It learns which flags there are, not their values: it would make 7 of 007.
  cli.parse(['node', 'watcher', ...words, ...Object.keys(flags).map((name) => `--${name}=given`)], { run: false });
  const matched = cli.matchedCommand!;
  if (matched.name === '' && words[0] !== undefined)
    throw unexpected(words[0], didYouMean(words[0], wordsToMean(cli)) || undefined);
  const title = matched.name === '' ? 'a run' : `watcher ${matched.name}`;
  const stray = Object.keys(flags).find((flag) => !matched.hasOption(flag) && !cli.globalCommand.hasOption(flag));
  if (stray !== undefined) throw new ConfigError([`flag --${stray} is not valid for ${title}`]);
  const spare = matched.args.some(({ variadic }) => variadic) ? undefined : cli.args[matched.args.length];
  if (spare !== undefined) throw new ConfigError([`${title} takes no argument ${quoted(spare)}`]);
  return cli.runMatchedCommand() as Command;
}

/** The files that are named behind a sub-command, which needs no configuration. */
function recordings([, ...files]: readonly string[], flags: Flags, need: string): readonly string[] {
  refuseKeys(flags, 'a recording');
  if (files.length === 0) throw new ConfigError([`${need}, such as runs/20261123T051321Z-78f189530aa4c7f5.jsonl`]);
  return files;
}

function refuseKeys(flags: Flags, what: string): void {
  const [key] = Object.keys(keysAmong(flags));
  if (key !== undefined) throw new ConfigError([`flag --${key} is not valid for ${what}`]);
}

/** Sub-commands, and the questions that others ask without dashes. */
function wordsToMean(cli: ReturnType<typeof cac>): readonly string[] {
  return [...cli.commands.map(({ name }) => name), ...questions.map((name) => `--${name}`)];
}

function alone(words: readonly string[], command: Command): Command {
  if (words[0] !== undefined) throw unexpected(words[0]);
  return command;
}

function unexpected(word: string, hint = '; see watcher --help'): ConfigError {
  return new ConfigError([`unexpected argument ${quoted(word)}${hint}`]);
}

function isOn(flags: Flags, name: string): boolean {
  const raw = flags[name];
  if (raw === undefined) return false;
  try {
    return bool.parse(raw, '');
  } catch (error) {
    throw error instanceof BadValue ? new BadValue(`flag --${name}: ${error.message}`) : error;
  }
}

function keysAmong(flags: Flags): Flags {
  const names = new Set(allKeys.map(({ name }) => name));
  return Object.fromEntries(Object.entries(flags).filter(([name]) => names.has(name)));
}
