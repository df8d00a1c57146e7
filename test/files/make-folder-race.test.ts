import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../../src/files/make-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Another process makes each folder a moment before this one does. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    mkdirSync(path: string, options: object) {
      if (path.includes('raced')) fs.mkdirSync(path, options);
      return fs.mkdirSync(path, options);
    },
  };
});

test('folders that another process makes at the same time are there, and that is all', () => {
  const path = join(tempFolder(), 'raced', 'b', 'c');
  makeFolder(path, 0o755);
  expect(statSync(path).isDirectory()).toBe(true);
});
