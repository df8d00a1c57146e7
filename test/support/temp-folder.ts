import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { afterwards } from './current-test.ts';

/** A folder of the running test's own, removed when the test is over. Its path has no symbolic link in it. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'watcher-test-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder for all tests of a file, removed after the last of them. To be called while they are collected. */
export function folderOfFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'watcher-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
