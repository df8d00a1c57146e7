/** The compiled code of a program is used where it is certainly its own, and anything doubtful is as if it were not there. */
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile, keepCompiled, readCompiled } from '../../src/start/code-cache.ts';
import { PROGRAM, runAt } from '../support/built-program.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

let programs = 0;

/** A program whose compiled code lies beside it. */
function compiledProgram(): { readonly program: string; readonly cache: string } {
  const program = join(tempFolder(), 'program.cjs');
  // Node itself remembers a text that it has compiled in this process.
  programs += 1;
  writeFileSync(program, `#!/usr/bin/env node\nmodule.exports = () => 'answer ${programs}';\n`);
  const compiled = compile(program);
  keepCompiled(compiled);
  return { program, cache: compiled.cache };
}

test('what was compiled before is used', () => {
  const { program, cache } = compiledProgram();
  expect(readCompiled(program)).toMatchObject({ cache });
});

test('nothing is there for another program, however alike, or for another Node', () => {
  const { program, cache } = compiledProgram();
  expect(cache).toContain(`.${process.version}.${process.arch}.`);
  writeFileSync(program, readFileSync(program, 'utf8').replace('answer', 'ANSWER'));
  expect(readCompiled(program)).toBeNull();
});

test('what others may write is not used', () => {
  const { program, cache } = compiledProgram();
  for (const mode of [0o664, 0o646]) {
    chmodSync(cache, mode);
    expect(readCompiled(program)).toBeNull();
  }
});

test('what another user made is not used', () => {
  needs('root');
  const { program, cache } = compiledProgram();
  chownSync(cache, 65_534, 65_534);
  expect(readCompiled(program)).toBeNull();
});

test.each<[string, (kept: Buffer) => Buffer]>([
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.alloc(100_000, 'x')],
  ['cut', (kept) => kept.subarray(0, -1)],
  ['longer', (kept) => Buffer.concat([kept, Buffer.from('x')])],
  ['of another bit', (kept) => Buffer.from(kept.map((byte, at) => (at === kept.length - 9 ? byte ^ 1 : byte)))],
])('what is damaged is not used: %s', (_, damaged) => {
  const { program, cache } = compiledProgram();
  writeFileSync(cache, damaged(readFileSync(cache)));
  expect(readCompiled(program)).toBeNull();
});

test('the program as a package installs it answers alike with its compiled code, without it and with a broken one', async () => {
  const folder = join(tempFolder(), 'installed');
  mkdirSync(folder);
  for (const name of ['watcher.cjs', 'start.cjs', 'make-code-cache.cjs'])
    copyFileSync(join(PROGRAM, '..', name), join(folder, name));
  const start = (...args: readonly string[]) => runAt(join(folder, 'start.cjs'), args, { cwd: folder });
  const caches = () => readdirSync(folder).filter((name) => name.endsWith('.cache'));
  const answers = async () => [await start('config'), await start('graph', '--wrong'), await start('--help')];

  const without = await answers();
  expect(without.map(({ code }) => code)).toEqual([0, 2, 0]);
  expect(await runAt(join(folder, 'make-code-cache.cjs'), [], { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  expect(caches()).toHaveLength(1);
  expect(readCompiled(join(folder, 'watcher.cjs'))).not.toBeNull();
  expect(await answers()).toEqual(without);
  const cache = join(folder, caches()[0]!);
  writeFileSync(cache, readFileSync(cache).subarray(0, 10_000));
  expect(await answers()).toEqual(without);
});
