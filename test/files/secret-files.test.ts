import { chmodSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

function bench() {
  const path = join(tempFolder(), 'token');
  writeFileSync(path, 'one\n', { mode: 0o600 });
  const files = createSecretFiles({ allowUnsafe: false });
  const heard: string[] = [];
  files.onNewText((text) => heard.push(text));
  return { path, files, heard, write: (text: string) => writeFileSync(path, text) };
}

test('a file that could not be read is read anew for whoever asks next', async () => {
  const { path, files, write } = bench();
  rmSync(path);
  await expect(files.read(path)).rejects.toThrow('no such file');
  write('two\n');
  expect((await files.read(path)).text).toBe('two\n');
});

test('a secret is read once in a run, whatever becomes of its file', async () => {
  const { path, files, write } = bench();
  expect((await files.read(path)).text).toBe('one\n');
  write('another\n');
  expect((await files.read(path)).text).toBe('one\n');
});

test('what the file has come to say is heard once, each time that it has changed', async () => {
  const { path, files, heard, write } = bench();
  files.lookAgain();
  expect(heard).toEqual([]);
  await files.read(path);
  files.lookAgain();
  expect(heard).toEqual(['one\n']);
  for (const text of ['the second\n', 'and the third\n']) {
    write(text);
    files.lookAgain();
    files.lookAgain();
  }
  expect(heard).toEqual(['one\n', 'the second\n', 'and the third\n']);
});

test('what a file has come to say is heard though only its time has changed besides', async () => {
  const { path, files, heard, write } = bench();
  await files.read(path);
  const { ino, size } = statSync(path);
  write('two\n');
  utimesSync(path, 1, 1);
  expect(statSync(path)).toMatchObject({ ino, size });
  files.lookAgain();
  expect(heard).toEqual(['one\n', 'two\n']);
});

test('a file that was only asked for as it is now is looked at again as well', async () => {
  const { path, files, heard, write } = bench();
  await files.readNow(path);
  write('the second\n');
  files.lookAgain();
  expect(heard).toEqual(['one\n', 'the second\n']);
});

test('what is handed out is heard first, however it was asked for', async () => {
  const { path, files, heard, write } = bench();
  await files.read(path);
  write('the second\n');
  await files.readNow(path);
  expect(heard).toEqual(['one\n', 'the second\n']);
  write('the third\n');
  files.refused(path);
  await files.read(path);
  expect(heard).toEqual(['one\n', 'the second\n', 'the third\n']);
});

test('a file that is gone, or is too large for a secret, says nothing', async () => {
  const { path, files, heard, write } = bench();
  await files.read(path);
  write('x'.repeat(1_048_577));
  files.lookAgain();
  rmSync(path);
  files.lookAgain();
  expect(heard).toEqual(['one\n']);
});

test('a file that is larger than its own limit is refused, and nothing of it is heard', async () => {
  const { path, files, heard, write } = bench();
  await files.read(path, 10);
  write('eleven more');
  files.lookAgain();
  files.refused(path);
  await expect(files.read(path, 10)).rejects.toThrow('is larger than the limit of 10 bytes');
  write('ten more..');
  await files.read(path, 10);
  write('eleven more');
  await expect(files.readNow(path, 10)).rejects.toThrow('is larger than the limit of 10 bytes');
  expect(heard).toEqual(['one\n', 'ten more..']);
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
