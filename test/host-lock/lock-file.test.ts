import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import lockfile from 'lockfile';
import { afterEach, expect, test, vi } from 'vitest';
import { processStartTime } from '../../src/host/process-table.ts';
import { createLockFile, whyNotOurs } from '../../src/host-lock/lock-file.ts';
import { describeOwner, type OwnerRecord, ownerText } from '../../src/host-lock/owner-record.ts';
import { openFiles } from '../support/open-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RECORD = describeOwner({ runId: 'run-1', title: 'watcher of run-1' });
const REPLACED = 'another process replaced it just now';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The record, with something that happens between the opening of the file and the writing into it. */
function meanwhile(happen: () => void): OwnerRecord {
  const toJSON = () => {
    happen();
    return RECORD;
  };
  return Object.assign({ ...RECORD }, { toJSON });
}

function replaceBy(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

test('what somebody put there as soon as the file was made is neither written into nor removed', () => {
  const path = join(tempFolder(), 'lock');
  const { lockSync } = lockfile;
  vi.spyOn(lockfile, 'lockSync').mockImplementationOnce((made) => {
    lockSync(made);
    replaceBy(path, 'theirs');
  });
  expect(() => createLockFile(path, RECORD)).toThrow(REPLACED);
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});

test('a file that was replaced while its owner wrote into it is not taken for ours, and stays', () => {
  const path = join(tempFolder(), 'lock');
  const record = meanwhile(() => replaceBy(path, 'theirs'));
  expect(() => createLockFile(path, record)).toThrow(REPLACED);
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});

test('a file that cannot be written is removed again, and closed', () => {
  const path = join(tempFolder(), 'lock');
  const full = meanwhile(() => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  });
  expect(() => createLockFile(path, full)).toThrow('cannot be written');
  expect(existsSync(path)).toBe(false);
  createLockFile(path, RECORD);
  expect(whyNotOurs(path, 'run-1')).toBe(null);
  expect(openFiles().filter((each) => each.startsWith(path))).toEqual([]);
});

test('a file that a living process made since the caller looked is not what a dead owner left', () => {
  const path = join(tempFolder(), 'lock');
  const [pid, starttime] = [process.ppid, processStartTime(process.ppid)!];
  const text = ownerText({ ...RECORD, run_id: 'run-2', pid, starttime });
  writeFileSync(path, text);
  expect(() => createLockFile(path, RECORD)).toThrow('another process created it just now');
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('whether a file is ours that cannot be looked at is not known; one that is no lock file is not', () => {
  const folder = join(tempFolder(), 'folder');
  const path = join(folder, 'lock');
  mkdirSync(folder);
  expect(whyNotOurs(path, 'run-1')).toBe(`${path}: it was removed`);
  mkdirSync(path);
  expect(whyNotOurs(path, 'run-1')).toContain('is not a regular file');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  expect(() => whyNotOurs(path, 'run-1')).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});
