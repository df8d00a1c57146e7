import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCode, fileProblem } from '../host/file-problem.ts';
import { acceptAccess, type GuardedText, readGuardedFile } from './guarded-file.ts';
import { asking } from './patience.ts';
import { whoMayWrite } from './who-may-write.ts';

/** The files that hold secrets. Each is read once in a run: what it says later is used once that was refused. */
export interface SecretFiles {
  /** Rejects with a `FileProblem`, also for a file that others may change, or that is too large. */
  read(path: string, bytesMax?: number): Promise<GuardedText>;
  /** The same for a file that is meant to be replaced during a run: as it is now. */
  readNow(path: string, bytesMax?: number): Promise<GuardedText>;
  /** Somebody refused what it said: whoever asks next reads it as it is by then. */
  refused(path: string): void;
  /** Looks whether a program may be run that such a file names. Rejects with a `FileProblem` for one that others may change. */
  guard(program: string): Promise<void>;
  /** From now on hears each text that no read brought before, ahead of whoever asked for it. */
  onNewText(hear: (text: string) => void): void;
  /** Has what the files that were asked for have come to say heard too. Nothing uses it; it is secret as well. */
  lookAgain(): void;
}

/** A kubeconfig of many clusters holds a few kilobytes of certificates for each. */
const BYTES_MAX = 1_048_576;

/** No service takes a token or a password that is nearly as long. */
export const TOKEN_BYTES_MAX = 65_536;

/** Nothing is read before it is asked for. */
export function createSecretFiles({ allowUnsafe }: { readonly allowUnsafe: boolean }): SecretFiles {
  const texts = new Map<string, Promise<GuardedText>>();
  const asked = new Map<string, number>();
  const versions = new Map<string, string>();
  const known = new Set<string>();
  const hearers: ((text: string) => void)[] = [];

  async function readAndSay(path: string, bytesMax: number): Promise<GuardedText> {
    const found = await readGuardedFile(path, bytesMax, allowUnsafe);
    versions.set(path, versionOf(found.opened));
    say(found.text);
    return found;
  }

  function say(text: string): void {
    if (known.has(text)) return;
    known.add(text);
    for (const hear of hearers) hear(text);
  }

  function sayChange(path: string, bytesMax: number): void {
    try {
      const version = versionOf(statSync(path));
      if (version === versions.get(path)) return;
      versions.set(path, version);
      textNow(path, bytesMax).forEach(say);
    } catch {
      // A file that is not there has no secret to tell.
    }
  }

  return {
    read(path, bytesMax = BYTES_MAX) {
      const text = texts.get(path) ?? readAndSay(path, bytesMax);
      asked.set(path, bytesMax);
      texts.set(path, text);
      // One that is being replaced may be readable a moment later.
      text.catch(() => texts.delete(path));
      return text;
    },
    readNow(path, bytesMax = BYTES_MAX) {
      if (!texts.has(path)) return this.read(path, bytesMax);
      return readAndSay(path, bytesMax);
    },
    refused: (path) => void texts.delete(path),
    async guard(program) {
      const found = await asking(program, () => stat(program).catch(unlessMissing(program)));
      // One that is not there is found out about by running it.
      if (found !== null) acceptAccess(program, whoMayWrite(program, found), allowUnsafe);
    },
    onNewText: (hear) => void hearers.push(hear),
    lookAgain() {
      for (const [path, bytesMax] of asked) sayChange(path, bytesMax);
    },
  };
}

function unlessMissing(path: string): (error: unknown) => null {
  return (error) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw fileProblem(path, 'cannot be looked at', error);
  };
}

function versionOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

function textNow(path: string, bytesMax: number): readonly string[] {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(fd);
    return found.isFile() && found.size <= bytesMax ? [readFileSync(fd, 'utf8')] : [];
  } finally {
    closeSync(fd);
  }
}
