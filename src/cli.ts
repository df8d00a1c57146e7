import { cac } from 'cac';
import type { Asked, Command } from './commands/command.ts';
import { COMMANDS, QUESTIONS } from './commands/index.ts';
import { BadValue, ConfigError } from './config/config-error.ts';
import { didYouMean } from './config/did-you-mean.ts';
import { type FlagKind, readArguments, valuesOf } from './config/flags.ts';
import type { Flags } from './config/sources.ts';
import { bool } from './config/value-types.ts';
import { CATALOG } from './settings/catalog.ts';
import { quoted } from './text/quoted.ts';

/** What a command line asks for, and whom. */
export interface Call {
  readonly command: Command;
  readonly asked: Asked;
}

const HELP = ['help', 'h'];
const questions = [...HELP, ...Object.keys(QUESTIONS)];
const keyNames = CATALOG.allKeys.map(({ name }) => name);

const kinds: ReadonlyMap<string, FlagKind> = new Map<string, FlagKind>([
  ...COMMANDS.flatMap(({ own = {} }) => Object.entries(own).map(([name, { kind }]) => [name, kind] as const)),
  ...CATALOG.allKeys.map(({ name, type }) => [name, type === bool ? 'switch' : 'value'] as const),
  ...questions.map((name) => [name, 'switch'] as const),
]);

/**
 * Translates the arguments behind the program's name into one call. Reads nothing else. Throws `ConfigError` for an
 * unknown flag, a missing value or an argument that nothing takes.
 */
export function parseCommandLine(argv: readonly string[]): Call {
  const { flags, words, problems } = readArguments(argv, kinds);
  if (HELP.some((name) => isOn(flags, name))) return helpFor(words);
  if (problems.length > 0) throw new ConfigError(problems);
  const question = Object.keys(QUESTIONS).find((name) => isOn(flags, name));
  if (question !== undefined) {
    if (words[0] !== undefined) throw unexpected(words[0]);
    const isTaken = (flag: string) => keyNames.includes(flag) || questions.includes(flag);
    refuseStray(flags, isTaken, `watcher --${question}`);
    return { command: QUESTIONS[question]!, asked: { flags: keysAmong(flags), own: {}, words } };
  }
  const command = matchCommand(words, flags);
  const own = ownFlags(command, flags);
  return { command, asked: { flags: keysAmong(flags), own, words: command.name === '' ? words : words.slice(1) } };
}

/** Whatever else is wrong: who asks for help gets it, for the command that is named where there is one. */
function helpFor(words: readonly string[]): Call {
  const named = (word: string | undefined) => COMMANDS.find(({ name }) => name !== '' && name === word);
  const help = named('help')!;
  const about = named(words[0] === 'help' ? words[1] : words[0]);
  return { command: help, asked: { flags: {}, own: {}, words: about === undefined ? [] : [about.name] } };
}

function matchCommand(words: readonly string[], flags: Flags): Command {
  const cli = cac('watcher');
  for (const name of [...keyNames, ...questions]) cli.option(`--${name} <value>`, '');
  for (const { name, words: taken = '', own = {} } of COMMANDS) {
    const command = cli.command(`${name} ${taken}`.trim());
    for (const flag of Object.keys(own)) command.option(`--${flag} <value>`, '');
    command.action(() => {});
  }
  // To cac a lone dash is a flag without a name, which it forgets.
  const odd = words.find((word) => word === '' || word.startsWith('-'));
  if (odd !== undefined) throw unexpected(odd);
  // It learns which flags there are, not their values: it would make 7 of 007.
  cli.parse(['node', 'watcher', ...words, ...Object.keys(flags).map((name) => `--${name}=given`)], { run: false });
  const matched = cli.matchedCommand!;
  if (matched.name === '' && words[0] !== undefined)
    throw unexpected(words[0], didYouMean(words[0], wordsToMean()) || undefined);
  const title = matched.name === '' ? 'a run' : `watcher ${matched.name}`;
  const command = COMMANDS.find(({ name }) => name === matched.name)!;
  const isTaken = (flag: string) => {
    if (matched.options.some((option) => option.name === flag) || questions.includes(flag)) return true;
    return command.takesKeys && keyNames.includes(flag);
  };
  refuseStray(flags, isTaken, title);
  const spare = matched.args.some(({ variadic }) => variadic) ? undefined : cli.args[matched.args.length];
  if (spare !== undefined) throw new ConfigError([`${title} takes no argument ${quoted(spare)}`]);
  return command;
}

function refuseStray(flags: Flags, isTaken: (flag: string) => boolean, title: string): void {
  const stray = Object.keys(flags).find((flag) => !isTaken(flag));
  if (stray !== undefined) throw new ConfigError([`flag --${stray} is not valid for ${title}`]);
}

/** Sub-commands, and the questions that others ask without dashes. */
function wordsToMean(): readonly string[] {
  return [...COMMANDS.map(({ name }) => name), ...questions.map((name) => `--${name}`)];
}

function ownFlags({ own = {} }: Command, flags: Flags): Asked['own'] {
  const given = Object.entries(own).filter(([name]) => flags[name] !== undefined);
  return Object.fromEntries(
    given.map(([name, { kind }]) => {
      if (kind === 'list') return [name, valuesOf(flags, name)];
      return [name, kind === 'switch' ? isOn(flags, name) : flags[name]!];
    }),
  );
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
  return Object.fromEntries(Object.entries(flags).filter(([name]) => keyNames.includes(name)));
}
