/** What a file with a secret on one line says, and what is refused of it. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecretLine } from '../../src/credentials/secret-text.ts';
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

test.each([
  [0o600, 0],
  [0o640, 1],
  [0o604, 1],
])('a file of mode %o is noted so often: %i', async (mode, times) => {
  expect((await read('CANARY', mode)).notes).toHaveLength(times);
});
