import { resolve } from 'node:path';
import { baseAddress, wrongCredentials, wrongWriting } from '../http/base-address.ts';
import { quoted } from '../text/quoted.ts';
import { BadValue } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { refuseShellPath, refuseUnseen } from './written-text.ts';

/** A string goes to `/bin/sh -c`, a list is executed as it is. */
export type CommandSpec = string | readonly string[];

/** A value as it was written, before anything is known of its type. Lists come from files only. */
export type Raw = string | readonly string[];

/** What a value may look like. `parse` throws `BadValue`; `folder` is where relative paths start. */
export interface ValueType<T> {
  readonly placeholder: string;
  /** The type in words of JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  parse(raw: Raw, folder: string): T;
  format(value: T): string;
}

/** A longer time would make a timer fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The words of Go's `strconv.ParseBool`. */
const truths = new Map<string, boolean>([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

/** Is this one of the words that Go reads as a boolean? */
export function isTruth(word: string): boolean {
  return truths.has(word);
}

export const bool: ValueType<boolean> = {
  placeholder: 'bool',
  schema: { type: 'boolean' },
  parse(raw) {
    const word = one(raw);
    const truth = truths.get(word);
    if (truth === undefined) throw new BadValue(`${quoted(word)} is not a boolean: write true or false`);
    return truth;
  },
  format: String,
};

/** One line of text without control characters. */
export function text(placeholder: string): ValueType<string> {
  return { placeholder, schema: { type: 'string', minLength: 1 }, parse: (raw) => line(raw), format: String };
}

/** A file or folder, made absolute. */
export const path: ValueType<string> = {
  ...text('path'),
  parse(raw, folder) {
    const value = line(raw);
    refuseShellPath(value);
    return resolve(folder, value);
  },
};

/** A file, or `-` for the program's own stream. */
export const pathOrDash: ValueType<string> = {
  ...path,
  parse: (raw, folder) => (raw === '-' ? raw : path.parse(raw, folder)),
};

/** Printable ASCII, fit for a header. */
export const ascii: ValueType<string> = {
  ...text('text'),
  parse(raw) {
    const value = line(raw);
    if (!/^[!-~]([ -~]*[!-~])?$/.test(value))
      throw new BadValue('the value must be printable ASCII without spaces at its ends');
    return value;
  },
};

/** A host, `host:port` or URL. Messages never repeat it: a mistyped one may hold a password as well. */
export const serverAddress: ValueType<string> = {
  ...text('host'),
  parse(raw) {
    const value = line(raw);
    if (baseAddress(value) !== null) return value;
    throw new BadValue(
      wrongWriting(value.trim()) ??
        'not an address: write a host, host:port or http(s)://host[:port], without user or query',
    );
  },
};

/** Some of them, each by its base URL: a list, or text with commas. */
export const serverAddresses: ValueType<readonly string[]> = {
  placeholder: 'list',
  schema: {
    anyOf: [
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'string', minLength: 1 },
    ],
  },
  parse(raw, folder) {
    const given = typeof raw === 'string' ? line(raw).split(',') : raw;
    if (given.length === 0) throw new BadValue('the list is empty: write at least one address');
    return [...new Set(given.map((each) => baseAddress(serverAddress.parse(each, folder))!))];
  },
  format: (value) => value.join(','),
};

/** A node of YT's tree. */
export const cypressPath: ValueType<string> = {
  ...text('path'),
  parse(raw) {
    const value = line(raw);
    refuseShellPath(value);
    const found = /[[\]{}()<>\\]/.exec(value)?.[0];
    if (found !== undefined)
      throw new BadValue(`names no node: ${found} has a meaning of its own in YPath; write the path alone`);
    if (/^\/(\/[^/@#&*]+)+$/.test(value)) return value;
    throw new BadValue(`expected a path in Cypress, like //home/team/watcher/lock, found ${quoted(value, 200)}`);
  },
};

/** Messages never repeat the address: a mistyped one may hold a password as well. */
export function httpUrl({ credentials }: { readonly credentials: boolean }): ValueType<string> {
  return {
    ...text('url'),
    parse(raw) {
      const value = line(raw);
      const url = URL.canParse(value) ? new URL(value) : null;
      if (!url || !/^https?:\/\/\S+$/i.test(value)) {
        throw new BadValue('not an address: write it like http://host:8080');
      }
      if (!credentials && (url.username || url.password))
        throw new BadValue('the address must not hold a user name or password');
      const wrong = wrongWriting(value) ?? wrongCredentials(url);
      if (wrong !== null) throw new BadValue(wrong);
      return value;
    },
  };
}

export function duration({ min = 0, max = longestTimerMs }: { min?: number; max?: number } = {}): ValueType<number> {
  return {
    placeholder: 'duration',
    schema: { type: 'string', pattern: '^[+]?(0|(([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$' },
    parse(raw) {
      const ms = parseDuration(one(raw));
      if (ms < 0) throw new BadValue(`${formatDuration(ms)} is negative`);
      if (ms < min) throw new BadValue(`${formatDuration(ms)} is too short: at least ${formatDuration(min)}`);
      if (ms > max) throw new BadValue(`${formatDuration(ms)} is too long: at most ${formatDuration(max)}`);
      return ms;
    },
    format: formatDuration,
  };
}

export function integer(min: number, max: number): ValueType<number> {
  return {
    placeholder: 'number',
    schema: { type: 'integer', minimum: min, maximum: max },
    parse(raw) {
      const digits = one(raw);
      // A leading zero means octal to some readers and nothing to others.
      const value = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : Number.NaN;
      if (!(value >= min && value <= max)) {
        throw new BadValue(`${quoted(digits)} is not a whole number from ${min} to ${max}`);
      }
      return value;
    },
    format: String,
  };
}

/** One of a few words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return {
    placeholder: words.join('|'),
    schema: { enum: words },
    parse: (raw) => known(one(raw), words),
    format: String,
  };
}

/** Some of a few words: a list, or text with commas. */
export function someOf<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  const list = { type: 'array', items: { enum: words }, minItems: 1, uniqueItems: true };
  return {
    placeholder: 'list',
    schema: { anyOf: [list, { type: 'string', minLength: 1 }] },
    parse(raw) {
      const given = typeof raw === 'string' ? one(raw).split(',') : raw;
      if (given.length === 0) throw new BadValue(`the list is empty: write some of ${words.join(', ')}`);
      return [...new Set(given.map((word) => known(word.trim(), words)))];
    },
    format: (value) => value.join(','),
  };
}

export const command: ValueType<CommandSpec> = {
  placeholder: 'command',
  schema: { anyOf: [text('').schema, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
  parse(raw) {
    const parts = typeof raw === 'string' ? [raw] : raw;
    if (!parts[0]?.trim()) throw new BadValue('the command is empty');
    parts.forEach(refuseUnseen);
    return raw;
  },
  format: (value) =>
    typeof value === 'string' ? JSON.stringify(value) : `[${value.map((part) => JSON.stringify(part)).join(', ')}]`,
};

/** The word `none` besides the values of `type`. */
export function orNone<T>(type: ValueType<T>): ValueType<T | null> {
  return {
    placeholder: `${type.placeholder}|none`,
    schema: { anyOf: [{ const: 'none' }, type.schema] },
    parse: (raw, folder) => (raw === 'none' ? null : type.parse(raw, folder)),
    format: (value) => (value === null ? 'none' : type.format(value)),
  };
}

function known<Word extends string>(given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found;
  throw new BadValue(`${quoted(given)} is not one of ${words.join(', ')}${didYouMean(given, words)}`);
}

function one(raw: Raw): string {
  if (typeof raw !== 'string') throw new BadValue('needs one value, not a list');
  if (raw === '') throw new BadValue('the value is empty: give one, or leave it out');
  return raw;
}

function line(raw: Raw): string {
  const value = one(raw);
  if (/\p{Cc}/u.test(value)) throw new BadValue('the value holds a control character, such as a newline or NUL');
  if (value.trim() === '') throw new BadValue('the value is blank');
  return value;
}
