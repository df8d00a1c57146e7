import { dirname, extname } from 'node:path';
import type { PublicExplorer } from 'cosmiconfig';
import * as internals from 'cosmiconfig/dist/Explorer.js';
import { readGuardedFile } from '../files/guarded-file.ts';
import { asking, isSilence } from '../files/patience.ts';
import { errorCode, fileProblem, isFileProblem } from '../host/file-problem.ts';
import { quoted } from '../text/quoted.ts';
import { ConfigError } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { CONFIG_KEY, type Key } from './key.ts';
import type { FileSource, Given } from './sources.ts';
import { type Entry, yamlEntries } from './yaml-entries.ts';

const fileBytesMax = 1_048_576;

const EXTENSIONS = ['.yaml', '.yml', '.json'];

const { Explorer } = internals as unknown as { readonly Explorer: new (options: object) => PublicExplorer };

/** Which file, and under what conditions. */
export interface NamedFile {
  readonly path: string;
  /** Who asked for this file; null for the default one, which may be missing. */
  readonly namedBy: string | null;
  /** Whether a file that others may write is read all the same. It cannot say so of itself. */
  readonly allowUnsafe: boolean;
}

/**
 * The values of one configuration file. Throws `ConfigError` when the file as a whole is unusable, and `FileProblem` where
 * patience with it is at its end.
 */
export async function fromFile(named: NamedFile, allKeys: readonly Key<unknown>[]): Promise<FileSource> {
  const { path, namedBy } = named;
  const loaded = await load(named);
  if (loaded?.entries.length === 0 && namedBy !== null)
    throw new ConfigError([
      `${path}: has no settings, and the defaults are those of a development host: write some, or name another file${by(namedBy)}`,
    ]);
  const { entries, warnings } = loaded ?? { entries: [], warnings: [] };
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
      problems.push(`${place}: duplicates ${quotedUnlessPlain(earlier.key)} on line ${earlier.line}; remove one`);
    else if (name === undefined) problems.push(`${place}: unknown key${didYouMean(entry.key, [...names.keys()])}`);
    else if (name === CONFIG_KEY)
      problems.push(`${place}: a file cannot name the file: use the flag or the environment`);
    else if ('problem' in entry.value) {
      problems.push(`${place}: ${entry.value.problem}`);
      valueless.set(name, problems.at(-1)!);
    } else given.set(name, { raw: entry.value.raw, origin: `${path}:${entry.line}`, place, folder: dirname(path) });
  }
  return { given, problems, valueless, warnings, isMissing: loaded === null };
}

interface Loaded {
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
}

/** Null for a default file that is not there. */
async function load({ path, namedBy, allowUnsafe }: NamedFile): Promise<Loaded | null> {
  if (!EXTENSIONS.includes(extname(path))) {
    throw new ConfigError([`${path}: the name of a configuration file ends in ${EXTENSIONS.join(', ')}${by(namedBy)}`]);
  }
  try {
    // cosmiconfig would wait for ever at a FIFO, read a file of any size and repair what is not UTF-8.
    const { text, warnings } = await readGuardedFile(path, fileBytesMax, allowUnsafe);
    const found = await asking(path, () => explorer(text).load(path));
    return { entries: found?.isEmpty ? [] : found?.config, warnings };
  } catch (error) {
    if (namedBy === null && errorCode(error) === 'ENOENT') return null;
    if (error instanceof ConfigError || isSilence(error)) throw error;
    throw new ConfigError([`${fileProblem(path, 'cannot be read', error).message}${by(namedBy)}${cure(error)}`]);
  }
}

/**
 * The loading half of cosmiconfig. Its public function first looks into the working directory for a configuration of
 * its own, and executes `.config/config.js` there: not for a program that root starts from anywhere. It opens the file by
 * its name once more: what it reads counts only if it is what was checked.
 */
function explorer(checked: string): PublicExplorer {
  const load = (path: string, content: string) => {
    if (content.replace(/^\uFEFF/, '') !== checked)
      throw new ConfigError([`${path}: was changed while it was read: start again`]);
    return yamlEntries(path, content);
  };
  return new Explorer({
    moduleName: 'watcher',
    loaders: Object.fromEntries(EXTENSIONS.map((extension) => [extension, load])),
    // A file called package.yaml is read like any other.
    packageProp: [],
    searchPlaces: [],
    searchStrategy: 'none',
    cache: false,
    transform: (result: unknown) => result,
  });
}

function cure(error: unknown): string {
  return isFileProblem(error, 'unsafe') ? '; correct that, or start with --allow_unsafe_files' : '';
}

function by(namedBy: string | null): string {
  return namedBy === null ? '' : ` (named by ${namedBy})`;
}

function quotedUnlessPlain(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : quoted(key);
}
