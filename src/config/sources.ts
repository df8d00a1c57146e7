import type { Raw } from './value-types.ts';

/** Flags of a command line by key name, each as it was written. */
export type Flags = Readonly<Record<string, string>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** One value that somebody wrote. */
export interface Given {
  readonly raw: Raw;
  /** As `watcher config` shows it: `flag`, `environment WATCHER_X`, `/path/file.yaml:12`. */
  readonly origin: string;
  /** The beginning of a line about a mistake in it. */
  readonly place: string;
  /** Where its relative paths start. */
  readonly folder: string;
}

/** What one source gives, by key name, and one line for each mistake in it. */
export interface Source {
  readonly given: ReadonlyMap<string, Given>;
  readonly problems: readonly string[];
}

/** What a file gives, and the mistakes once more by key name where the key has no value because of it. */
export interface FileSource extends Source {
  /** What ought to be put right, although the file is used. */
  readonly warnings: readonly string[];
  /** Nobody named a file, and the default one is not there. */
  readonly isMissing: boolean;
  readonly valueless: ReadonlyMap<string, string>;
}

/** The values that were given as flags; relative paths start in the working directory. */
export function fromFlags(flags: Flags, cwd: string): ReadonlyMap<string, Given> {
  return new Map(
    Object.entries(flags).map(([name, raw]) => [name, { raw, origin: 'flag', place: `flag --${name}`, folder: cwd }]),
  );
}
