import { fstatSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { withInput } from '../../src/command/input-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what a command reads is a file without a name, from its beginning, that nobody else may open or write to', () => {
  const folder = tempFolder();
  vi.stubEnv('TMPDIR', folder);
  const opened = withInput('the question\n', (stdin) => {
    const fd = stdin as number;
    expect(fstatSync(fd)).toMatchObject({ nlink: 0, size: 13 });
    expect(fstatSync(fd).mode & 0o777).toBe(0o600);
    expect(readFileSync(fd, 'utf8')).toBe('the question\n');
    expect(() => writeSync(fd, 'x')).toThrow('EBADF');
    return fd;
  });
  expect(() => fstatSync(opened)).toThrow('EBADF');
  expect(readdirSync(folder)).toEqual([]);
});

test('it is closed though the command cannot be started, and none is made where nothing is to be read', () => {
  const opened: unknown[] = [];
  const failing = (stdin: number | 'ignore') => {
    opened.push(stdin);
    throw new Error('no more processes');
  };
  expect(() => withInput('text', failing)).toThrow('no more processes');
  expect(() => fstatSync(opened[0] as number)).toThrow('EBADF');
  expect(withInput(null, (stdin) => stdin)).toBe('ignore');
});

test('neither of its two descriptors stays open in the watcher', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let round = 0; round < 10; round += 1) withInput('text', () => {});
  expect(open()).toBeLessThan(before + 10);
});
