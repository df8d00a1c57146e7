import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

function bench() {
  const path = join(tempFolder(), 'token');
  writeFileSync(path, 'one\n', { mode: 0o600 });
  return { path, files: createSecretFiles({ allowUnsafe: false }), write: (text: string) => writeFileSync(path, text) };
}

test('a secret is read once in a run, whatever becomes of its file', async () => {
  const { path, files, write } = bench();
  expect((await files.read(path)).text).toBe('one\n');
  write('another\n');
  expect((await files.read(path)).text).toBe('one\n');
});

test('what the file has come to say is read once, each time that it has changed', async () => {
  const { path, files, write } = bench();
  expect(files.changed()).toEqual([]);
  await files.read(path);
  expect(files.changed()).toEqual([]);
  write('the second\n');
  expect(files.changed()).toEqual(['the second\n']);
  expect(files.changed()).toEqual([]);
  write('and the third\n');
  expect([files.changed(), files.changed()]).toEqual([['and the third\n'], []]);
});

test('a file that is gone, or is too large for a secret, yields nothing', async () => {
  const { path, files, write } = bench();
  await files.read(path);
  write('x'.repeat(1_048_577));
  expect(files.changed()).toEqual([]);
  rmSync(path);
  expect(files.changed()).toEqual([]);
});

test('a file that others may change is refused, and used with a warning where that is allowed', async () => {
  const { path, files } = bench();
  rmSync(path);
  writeFileSync(path, 'one\n');
  chmodSync(path, 0o666);
  await expect(files.read(path)).rejects.toThrow('may be written by every user');
  const careless = createSecretFiles({ allowUnsafe: true });
  expect(await careless.read(path)).toMatchObject({
    text: 'one\n',
    warnings: [expect.stringContaining('allow_unsafe_files')],
  });
});
