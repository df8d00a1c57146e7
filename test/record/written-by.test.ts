import { closeSync, openSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isWrittenBy } from '../../src/record/written-by.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('node:fs', { spy: true });

const PID = process.pid;

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

function openFile() {
  const path = join(tempFolder(), 'run.jsonl');
  writeFileSync(path, '');
  const fd = openSync(path, 'a');
  onTestFinished(() => {
    vi.mocked(readdirSync).mockReset();
    vi.mocked(readlinkSync).mockReset();
    closeSync(fd);
  });
  return path;
}

test('a descriptor that is closed while the others are looked at says nothing about them', () => {
  const path = openFile();
  vi.mocked(readlinkSync).mockImplementationOnce(failing('ENOENT'));
  expect(isWrittenBy(PID, path)).toBe(true);
});

test.each([
  ['whose descriptors may not be looked at', 'EACCES', null],
  ['that is gone', 'ENOENT', false],
  ['that ends meanwhile', 'ESRCH', false],
])('of a process %s it is said as far as it is known: %s', (_, code, expected) => {
  const path = openFile();
  vi.mocked(readdirSync).mockImplementationOnce(failing(code));
  expect(isWrittenBy(PID, path)).toBe(expected);
});
