import type { Command } from '../../commands/command.ts';
import { callsOf, PURPOSE, RULES } from '../../commands/help.ts';
import { COMMAND_TABLE } from '../../commands/index.ts';
import { environmentName, type Key } from '../../config/key.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Catalog } from '../../settings/catalog.ts';
import { DESCRIPTION, ENVIRONMENT, EXAMPLES, FILES, PACKAGED, SEE_ALSO } from './man-text.ts';
import { bold, example, italic, item, paragraph, plain, section, subsection } from './roff.ts';

/** watcher(8), made from the help text, the table of keys and the table of exit codes. `date` is in Unix seconds. */
export function manPage(version: string, date: number, { allKeys }: Pick<Catalog, 'allKeys'>): string {
  const day = new Date(date * 1000).toISOString().slice(0, 10);
  const groups = [...new Set(allKeys.map(({ group }) => group))];
  const calls = callsOf(COMMAND_TABLE);
  return [
    '.\\" Made from the tables of the program.\n',
    // Flags and paths that are broken or stretched cannot be read, searched or copied. groff 1.22 takes the requests
    // behind the title, 1.23 the settings before it.
    '.nr HY 0\n.ds AD l\n',
    `.TH WATCHER 8 ${day} "watcher ${plain(version)}" "System administration"\n`,
    '.nh\n.ad l\n',
    section('NAME', [`watcher \\- ${plain(PURPOSE)}\n`]),
    section('SYNOPSIS', [...calls.map(synopsis), '.YS\n']),
    section('DESCRIPTION', DESCRIPTION.map(paragraph)),
    section('COMMANDS', calls.map(command)),
    section('OPTIONS', [paragraph(RULES), paragraph(PACKAGED), ...groups.map((group) => options(group, allKeys))]),
    section('EXIT STATUS', EXIT_CODES.map(exitStatus)),
    section(
      'FILES',
      FILES.map(([path, ...lines]) => item(italic(path), ...lines)),
    ),
    section(
      'ENVIRONMENT',
      ENVIRONMENT.map(([name, ...lines]) => item(bold(name), ...lines)),
    ),
    section(
      'EXAMPLES',
      EXAMPLES.flatMap(([what, text]) => [paragraph(what), example(text)]),
    ),
    section('SEE ALSO', SEE_ALSO.map(paragraph)),
  ].join('');
}

function synopsis([call]: Command['calls'][number]): string {
  return `.SY watcher\n${marked(call)}\n`;
}

function command([call, does]: Command['calls'][number]): string {
  return item(`${bold('watcher')} ${marked(call)}`, `${does.charAt(0).toUpperCase()}${does.slice(1)}.`);
}

/** What is typed as it stands is bold, what stands for something else italic. */
function marked(words: string): string {
  return words.replaceAll(/(-*[a-z_]+)|([A-Z]+)|(\.+)/g, (word, typed?: string) => {
    if (word.startsWith('.')) return word;
    return typed !== undefined && typed !== 'flags' ? bold(typed) : italic(word);
  });
}

function options(group: string, allKeys: Catalog['allKeys']): string {
  return subsection(group, allKeys.filter((key) => key.group === group).map(option));
}

function option(key: Key<unknown>): string {
  const { name, type, alias, doc } = key;
  const value = type.placeholder === 'bool' ? '' : ` ${italic(type.placeholder)}`;
  const other = alias === null ? '' : `, file key also \`${alias}\``;
  return item(
    `${bold(`--${name}`)}${value}`,
    doc,
    `Default: \`${key.default}\``,
    `Variable: \`${environmentName(key)}\`${other}`,
  );
}

function exitStatus({ code, when, sentence }: (typeof EXIT_CODES)[number]): string {
  const outcomes = when.length === 0 ? 'none, no run began' : when.join(', ');
  return item(bold(String(code)), sentence, `Outcome: ${outcomes}`);
}
