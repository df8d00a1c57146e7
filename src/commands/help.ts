import { commandLines } from '../config/command-lines.ts';
import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import type { Key } from '../config/key.ts';
import { CATALOG } from '../settings/catalog.ts';
import { quoted } from '../text/quoted.ts';
import { wrapped } from '../text/wrapped.ts';
import { formatAnswerCodes } from './answer-codes.ts';
import type { Answer, Command, CommandTable, OwnFlag } from './command.ts';

/** What every terminal has. */
const WIDTH = 80;
const DEFAULT = '      Default: ';

/** What the program does, in a few words. */
export const PURPOSE = 'refreshes HAProxy when service discovery has pods that it does not know';

/** How flags, variables and file keys are written. */
export const RULES =
  'Every flag --some_key is also the variable WATCHER_SOME_KEY and the file key some_key. Flags may be written -some_key or --some-key, with =value or the value as the next argument; a switch takes =false. Durations are written 1h30m, 5s, 250ms.';

/** `watcher help [COMMAND]`. Throws `ConfigError` for a command that there is not. */
export function showHelp(name: string, table: CommandTable): Answer {
  const command = table.commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const meant = didYouMean(
      name,
      table.commands.map((candidate) => candidate.name),
    );
    throw new ConfigError([`there is no command ${quoted(name)}${meant || '; see watcher --help'}`]);
  }
  return { text: name === '' ? helpText(table) : commandHelp(command), code: 0 };
}

/** The text of `--help`, made from the table of commands and the table of keys. Ends with a newline. */
export function helpText(table: CommandTable, allKeys: readonly Key<unknown>[] = CATALOG.allKeys): string {
  const groups = [...new Set(allKeys.map(({ group }) => group))];
  const head = `${paragraph(`watcher: ${PURPOSE}.`)}\nUsage:\n${callsOf(table).map(callRow).join('')}\n${paragraph(RULES)}`;
  return [head, ...groups.map((group) => section(group, allKeys))].join('\n');
}

/** Every way to call the program. */
export function callsOf({ commands, questions }: CommandTable): Command['calls'] {
  return [...commands, ...Object.values(questions)].flatMap(({ calls }) => calls);
}

/** What `watcher help NAME` prints: how it is called, what it means, its own flags. */
function commandHelp({ calls, about = [], codes, own = {}, takesKeys }: Command): string {
  const flags = Object.entries(own).map(([name, flag]) => ownRow(name, flag));
  return [
    `Usage:\n${calls.map(callRow).join('')}`,
    ...about.map(paragraph),
    ...(codes === undefined ? [] : [paragraph(formatAnswerCodes(codes))]),
    ...(flags.length === 0 ? [] : [`Its own flags:\n${flags.join('')}`]),
    ...(takesKeys
      ? [paragraph('Besides, it takes every flag of a run, --config among them: see watcher --help.')]
      : []),
  ].join('\n');
}

function callRow([call, does]: readonly [call: string, does: string]): string {
  return `${hanging(`  watcher ${call}`, 14)}${indented(`${does}.`, 6)}`;
}

function ownRow(name: string, { placeholder, doc }: OwnFlag): string {
  return `  --${name}${placeholder === undefined ? '' : ` <${placeholder}>`}\n${indented(doc, 6)}`;
}

function section(group: string, keys: readonly Key<unknown>[]): string {
  const rows = keys.filter((key) => key.group === group).map(row);
  return `${group}:\n${rows.join('')}`;
}

function row({ name, type, default: standard, doc }: Key<unknown>): string {
  const flag = type.placeholder === 'bool' ? `--${name}` : `--${name} <${type.placeholder}>`;
  const lines = commandLines(standard, WIDTH - DEFAULT.length).join(`\n${' '.repeat(DEFAULT.length)}`);
  return `  ${flag}\n${indented(doc, 6)}${DEFAULT}${lines}\n`;
}

function paragraph(text: string): string {
  return indented(text, 0);
}

function indented(text: string, by: number): string {
  return wrapped(text, WIDTH - by)
    .map((line) => `${' '.repeat(by)}${line}\n`)
    .join('');
}

/** A line that goes on further to the right where it is too long. */
function hanging(text: string, by: number): string {
  const [first = '', ...rest] = wrapped(text.trimStart(), WIDTH - by);
  return `  ${first}\n${rest.map((line) => `${' '.repeat(by)}${line}\n`).join('')}`;
}
