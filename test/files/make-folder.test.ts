import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/files/make-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('makes the folders above it too, and is content with what is there', () => {
  const path = join(tempFolder(), 'a', 'b', 'c');
  makeFolder(path, 0o755);
  makeFolder(path, 0o755);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('says what is wrong where no folder can ever be made', () => {
  expect(() => makeFolder('/proc/nowhere/deeper', 0o755)).toThrow('ENOENT');
});
