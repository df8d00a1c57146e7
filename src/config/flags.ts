import { quoted } from '../text/quoted.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Flags } from './sources.ts';
import { isTruth } from './value-types.ts';

/** A switch is true when it stands alone, and never takes the next argument. A list keeps all its values: `valuesOf`. */
export type FlagKind = 'switch' | 'value' | 'list';

/** No argument of a process can have it. */
const BETWEEN_VALUES = '\0';

/** Every value of a flag that is a list, in the order they were written. */
export function valuesOf(flags: Flags, name: string): readonly string[] {
  return flags[name]?.split(BETWEEN_VALUES) ?? [];
}

/** A command line taken apart: flags by name as they were written, the other words, one line for each mistake. */
export interface Arguments {
  readonly flags: Flags;
  readonly words: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Takes arguments apart by the rules of Go's `flag` package: one dash or two, `=value` or the next argument, `--` ends
 * the flags, the last of several wins. Besides, names may have dashes for underscores, and flags may follow words.
 */
export function readArguments(argv: readonly string[], known: ReadonlyMap<string, FlagKind>): Arguments {
  const flags = new Map<string, string>();
  const words: string[] = [];
  const problems: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--') {
      words.push(...rest.splice(0));
    } else if (!argument.startsWith('-') || argument === '-') {
      words.push(argument);
    } else {
      const [, dashes = '', written = '', equals, inline = ''] = /^(-+)([^=]*)(=)?(.*)$/s.exec(argument)!;
      const name = written.replaceAll('-', '_');
      const kind = known.get(name);
      const next = rest[0];
      if (dashes.length > 2 || written === '') {
        problems.push(`bad flag syntax: ${quoted(`${dashes}${written}`)}`);
      } else if (kind === undefined) {
        const meant = didYouMean(name, [...known.keys()], '--');
        problems.push(`unknown flag ${quoted(`${dashes}${written}`)}${meant || '; see watcher --help'}`);
      } else if (equals) {
        keep(name, inline);
      } else if (kind === 'switch') {
        flags.set(name, 'true');
        const meant = next !== undefined && isTruth(next);
        if (meant) problems.push(`flag --${name}: write --${name}=${next}, without a space`);
      } else if (next === undefined) {
        problems.push(`flag --${name} needs a value`);
      } else if (isFlag(next, known)) {
        problems.push(`flag --${name} needs a value, but ${next} follows: write --${name}=${next} if it is meant`);
      } else {
        keep(name, rest.shift()!);
      }
    }
  }
  return { flags: Object.fromEntries(flags), words, problems };

  function keep(name: string, value: string): void {
    const before = known.get(name) === 'list' ? flags.get(name) : undefined;
    flags.set(name, before === undefined ? value : `${before}${BETWEEN_VALUES}${value}`);
  }
}

/** A forgotten value must not swallow the flag behind it: Go would make a real run out of `-log_file -dry_run`. */
function isFlag(argument: string, known: ReadonlyMap<string, FlagKind>): boolean {
  const [, name] = /^--?([^-=][^=]*)/.exec(argument) ?? [];
  return name !== undefined && known.has(name.replaceAll('-', '_'));
}
