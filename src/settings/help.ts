import { commandLines } from '../config/command-lines.ts';
import type { Key } from '../config/key.ts';
import { CATALOG } from './catalog.ts';

const LINE_WIDTH = 100;
const DEFAULT = '      Default: ';

const head = `watcher: refreshes HAProxy when service discovery has pods that it does not know.

Usage:
  watcher [flags]                   one run, as cron starts it
  watcher config [--json] [flags]   print every value and where it comes from
  watcher config --schema           print a JSON Schema of the configuration file, for editors
  watcher status [--json] [flags]   is a run in progress on this node? Exit code 0 says no, 1 yes,
                                    3 that it cannot be determined
  watcher replay [--json] FILE...   take recorded runs through today's machines; say what differs
  watcher explain FILE              say of a recorded run why it did, or did not, refresh
  watcher graph [--format FORMAT] [--machine NAME] [--run FILE]... [--output FILE]
                                    draw the machines, or where a recorded run went: FORMAT is
                                    mermaid, dot, svg, json or html
  watcher -get_stats [flags]        print the statistics file
  watcher -version                  print the version
  watcher -help                     print this text

Every flag --some_key is also the variable WATCHER_SOME_KEY and the file key some_key. Flags may be
written -some_key or --some-key, with =value or the value as the next argument; a switch takes
=false. Durations are written 1h30m, 5s, 250ms.
`;

/** The text of `--help`, made from the key table. Ends with a newline. */
export function helpText(allKeys: readonly Key<unknown>[] = CATALOG.allKeys): string {
  const groups = [...new Set(allKeys.map(({ group }) => group))];
  return [head, ...groups.map((group) => section(group, allKeys))].join('\n');
}

function section(group: string, keys: readonly Key<unknown>[]): string {
  const rows = keys.filter((key) => key.group === group).map(row);
  return `${group}:\n${rows.join('')}`;
}

function row({ name, type, default: standard, doc }: Key<unknown>): string {
  const flag = type.placeholder === 'bool' ? `--${name}` : `--${name} <${type.placeholder}>`;
  const lines = commandLines(standard, LINE_WIDTH - DEFAULT.length).join(`\n${' '.repeat(DEFAULT.length)}`);
  return `  ${flag}\n      ${doc}\n${DEFAULT}${lines}\n`;
}
