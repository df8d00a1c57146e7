/** What a file with a secret on one line says, and what is refused of it. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecretLine } from '../../src/credentials/secret-text.ts';
import { secretsIn } from '../../src/credentials/secrets-in.ts';
import { createSecretFiles } from '../../src/files/secret-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Reads a file with that text. */
function read(text: string, mode = 0o600) {
  const path = join(tempFolder(), 'secret');
  writeFileSync(path, text);
  chmodSync(path, mode);
  const file = { key: 'some_file', path, expected: 'expected a word', failure: 'lockDenied' } as const;
  return readSecretLine(file, createSecretFiles({ allowUnsafe: false }));
}

test.each([
  ['CANARY', 'CANARY'],
  ['CANARY\n', 'CANARY'],
  ['CANARY\r\n', 'CANARY'],
  [' CANARY \n', ' CANARY '],
])('of %j the line is %j', async (text, line) => {
  expect(await read(text)).toEqual({ text: line, notes: [] });
});

test.each([
  ['', 'is empty; expected a word'],
  ['\n', 'is empty; expected a word'],
  ['CANARY\n\n', 'has more than one line, or control characters; expected a word'],
  ['CANARY\nCANARY', 'has more than one line, or control characters; expected a word'],
  ['CANARY\t1', 'has more than one line, or control characters; expected a word'],
  ['CANARY'.repeat(11_000), 'is larger than the limit of 65536 bytes; expected a word'],
])('%j is refused', async (text, words) => {
  await expect(read(text)).rejects.toMatchObject({
    failure: {
      kind: 'lockDenied',
      message: expect.stringMatching(new RegExp(`^some_file: /[^\\n]*secret:? ${words}$`)),
    },
  });
});

test.each([0o640, 0o604])('a file of mode %o can be used, and is said to be open to others', async (mode) => {
  expect((await read('CANARY', mode)).notes).toEqual([
    expect.stringMatching(/^some_file: (.*secret) is open to other users than its owner: run chmod 600 \1$/),
  ]);
});

test('of a file that others may change it is not said what was expected in it', async () => {
  await expect(read('CANARY', 0o666)).rejects.toMatchObject({
    failure: { kind: 'lockDenied', message: expect.stringMatching(/^some_file: (?!.*expected a word)/) },
  });
});

test('what went wrong but for the file is passed on as it is', async () => {
  const error = new Error('a mistake of the program');
  const files = { ...createSecretFiles({ allowUnsafe: false }), read: () => Promise.reject(error) };
  const file = { key: 'some_file', path: '/x', expected: 'expected a word', failure: 'lockDenied' } as const;
  await expect(readSecretLine(file, files)).rejects.toBe(error);
});

test('of several files what can be read is known, without the space around it', async () => {
  const reads = [{ text: ' one \n' }, { text: ' \n' }].map((each) => Promise.resolve(each));
  expect(await secretsIn([null, ...reads, Promise.reject(new Error('cannot be read'))])).toEqual(['one']);
});
