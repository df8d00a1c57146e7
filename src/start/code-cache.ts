import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** A program as Node has it, and where what Node compiled of it is kept. */
export interface Compiled {
  readonly script: Script;
  readonly cache: string;
}

/**
 * The program, with what was compiled of it before. That lies beside it, as Python's `.pyc` files do, named by the
 * program's content and by what compiled it, so that no other program and no other Node ever takes it for its own. Null
 * where it is not there, is damaged, or could have been written by others than root and the program's owner.
 */
export function readCompiled(program: string): Compiled | null {
  const { text, cache } = found(program);
  try {
    const file = openSync(cache, 'r');
    const isTrusted = isOnlyFor(statSync(program), fstatSync(file));
    const kept = readFileSync(file);
    closeSync(file);
    const cachedData = kept.subarray(HASH_BYTES);
    if (!isTrusted || !sha256(cachedData).equals(kept.subarray(0, HASH_BYTES))) return null;
    const script = new Script(text, { filename: program, cachedData });
    return script.cachedDataRejected ? null : { script, cache };
  } catch {
    return null;
  }
}

/** The same without anything that was compiled before. */
export function compile(program: string): Compiled {
  const { text, cache } = found(program);
  return { script: new Script(text, { filename: program }), cache };
}

/** Keeps what has been compiled until now. */
export function keepCompiled({ script, cache }: Compiled): void {
  const data = script.createCachedData();
  const file = openSync(`${cache}.new`, 'w', 0o644);
  writeSync(file, Buffer.concat([sha256(data), data]));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${cache}.new`, cache);
}

/** Runs the program as Node itself would. */
export function run({ script }: Compiled, program: string): void {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(program), module, program, dirname(program));
}

const HASH_BYTES = 32;

function found(program: string): { readonly text: string; readonly cache: string } {
  const bytes = readFileSync(program);
  // Only comments are not ASCII. The first line is for the kernel; a comment of its length keeps the places of errors.
  const code = bytes.toString('latin1').replace(/^#!/, '//');
  const text = `(function (exports, require, module, __filename, __dirname) { ${code}\n})`;
  const hash = sha256(bytes).toString('hex', 0, HASH_BYTES / 2);
  return { text, cache: `${program}.${hash}.${process.version}.${process.arch}.cache` };
}

function isOnlyFor(program: Stats, { uid, mode }: Stats): boolean {
  return (uid === 0 || uid === program.uid) && (mode & 0o022) === 0;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
