import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { acceptAccess, type GuardedText, readGuardedFile } from './guarded-file.ts';
import { whoMayWrite } from './who-may-write.ts';

/** The files that hold secrets. Each is read once in a run: what it says later is used once that was refused. */
export interface SecretFiles {
  /** Rejects with a `FileProblem`, also for a file that others may change. */
  read(path: string): Promise<GuardedText>;
  /** The same for a file that is meant to be replaced during a run: as it is now. */
  readNow(path: string): Promise<GuardedText>;
  /** Somebody refused what it said: whoever asks next reads it as it is by then. */
  refused(path: string): void;
  /** Looks whether a program may be run that such a file names. Throws a `FileProblem` for one that others may change. */
  guard(program: string): void;
  /** What the files that were read have come to say since, or since the last call. Nothing uses it; it is secret too. */
  changed(): readonly string[];
}

/** A kubeconfig of many clusters holds a few kilobytes of certificates for each. */
const BYTES_MAX = 1_048_576;

/** Nothing is read before it is asked for. */
export function createSecretFiles({ allowUnsafe }: { readonly allowUnsafe: boolean }): SecretFiles {
  const texts = new Map<string, Promise<GuardedText>>();
  const asked = new Set<string>();
  const versions = new Map<string, string>();

  async function readOnce(path: string): Promise<GuardedText> {
    const found = await readGuardedFile(path, BYTES_MAX, allowUnsafe);
    // What it says later is known to `changed` as soon as that is asked: there it is new.
    if (!versions.has(path)) versions.set(path, versionOf(found.opened));
    return found;
  }

  function changeOf(path: string): readonly string[] {
    try {
      const version = versionOf(statSync(path));
      if (version === versions.get(path)) return [];
      versions.set(path, version);
      return textNow(path);
    } catch {
      // A file that is not there has no secret to tell.
      return [];
    }
  }

  return {
    read(path) {
      const text = texts.get(path) ?? readOnce(path);
      asked.add(path);
      texts.set(path, text);
      // One that is being replaced may be readable a moment later.
      text.catch(() => texts.delete(path));
      return text;
    },
    readNow(path) {
      if (!texts.has(path)) return this.read(path);
      return readGuardedFile(path, BYTES_MAX, allowUnsafe);
    },
    refused: (path) => void texts.delete(path),
    guard(program) {
      const found = statSync(program, { throwIfNoEntry: false });
      // One that is not there is found out about by running it.
      if (found !== undefined) acceptAccess(program, whoMayWrite(program, found), allowUnsafe);
    },
    changed: () => [...asked].flatMap(changeOf),
  };
}

function versionOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

function textNow(path: string): readonly string[] {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(fd);
    return found.isFile() && found.size <= BYTES_MAX ? [readFileSync(fd, 'utf8')] : [];
  } finally {
    closeSync(fd);
  }
}
