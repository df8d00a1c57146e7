import { dirname, extname } from 'node:path';
import type { Loaders, PublicExplorer } from 'cosmiconfig';
import * as internals from 'cosmiconfig/dist/Explorer.js';
import { errorCode, fileProblem } from '../files/file-problem.ts';
import { readSmallFile } from '../files/read-small-file.ts';
import { ConfigError, quoted } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { CONFIG_KEY, type Key } from './key.ts';
import type { FileSource, Given } from './sources.ts';
import { type Entry, yamlEntries } from './yaml-entries.ts';

const fileBytesMax = 1_048_576;

const loaders: Loaders = { '.yaml': yamlEntries, '.yml': yamlEntries, '.json': yamlEntries };

const { Explorer } = internals as unknown as { readonly Explorer: new (options: object) => PublicExplorer };

/**
 * The values of one configuration file. `namedBy` is who asked for this file, null for the default one, which may be
 * missing. Throws `ConfigError` when the file as a whole is unusable.
 */
export async function fromFile(
  path: string,
  namedBy: string | null,
  allKeys: readonly Key<unknown>[],
): Promise<FileSource> {
  const found = await load(path, namedBy);
  if (found?.length === 0 && namedBy !== null)
    throw new ConfigError([
      `${path}: has no settings, and the defaults are those of a development host: write some, or name another file${by(namedBy)}`,
    ]);
  const entries = found ?? [];
  const names = new Map(allKeys.flatMap((key) => [key.name, key.alias ?? key.name].map((name) => [name, key.name])));
  const given = new Map<string, Given>();
  const problems: string[] = [];
  const valueless = new Map<string, string>();
  const lineOf = new Map<string, Entry>();
  for (const entry of entries) {
    const name = names.get(entry.key);
    const place = `${path}:${entry.line}: ${quotedUnlessPlain(entry.key)}`;
    const earlier = lineOf.get(name ?? entry.key);
    lineOf.set(name ?? entry.key, entry);
    if (earlier)
      problems.push(`${place}: says the same as ${quotedUnlessPlain(earlier.key)} in line ${earlier.line}: keep one`);
    else if (name === undefined) problems.push(`${place}: unknown key${didYouMean(entry.key, [...names.keys()])}`);
    else if (name === CONFIG_KEY)
      problems.push(`${place}: a file cannot name the file: use the flag or the environment`);
    else if ('problem' in entry.value) {
      problems.push(`${place}: ${entry.value.problem}`);
      valueless.set(name, problems.at(-1)!);
    } else given.set(name, { raw: entry.value.raw, origin: `${path}:${entry.line}`, place, folder: dirname(path) });
  }
  return { given, problems, valueless, isMissing: found === null };
}

/** Null for a default file that is not there. */
async function load(path: string, namedBy: string | null): Promise<readonly Entry[] | null> {
  const works = Object.keys(loaders);
  if (!works.includes(extname(path))) {
    throw new ConfigError([`${path}: the name of a configuration file ends in ${works.join(', ')}${by(namedBy)}`]);
  }
  try {
    // cosmiconfig would wait for ever at a FIFO, read a file of any size and repair what is not UTF-8.
    await readSmallFile(path, fileBytesMax);
    const found = await explorer().load(path);
    return found?.isEmpty ? [] : found?.config;
  } catch (error) {
    if (namedBy === null && errorCode(error) === 'ENOENT') return null;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${fileProblem(path, 'cannot be read', error).message}${by(namedBy)}`]);
  }
}

/**
 * The loading half of cosmiconfig. Its public function first looks into the working directory for a configuration of
 * its own, and executes `.config/config.js` there: not for a program that root starts from anywhere.
 */
function explorer(): PublicExplorer {
  return new Explorer({
    moduleName: 'watcher',
    loaders,
    // A file called package.yaml is read like any other.
    packageProp: [],
    searchPlaces: [],
    searchStrategy: 'none',
    cache: false,
    transform: (result: unknown) => result,
  });
}

function by(namedBy: string | null): string {
  return namedBy === null ? '' : ` (named by ${namedBy})`;
}

function quotedUnlessPlain(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : quoted(key);
}
