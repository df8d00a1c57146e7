/** Where a run says what it did, and remembers: each of the places is looked at. */
import { chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { checkPlaces } from '../../src/check/check-places.ts';
import { fullFolders } from '../../src/host/full-folders.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

vi.mock('../../src/host/full-folders.ts', { spy: true });

/** Settings whose places have a folder each. */
function node() {
  const folder = tempFolder();
  const places = {
    logFile: join(folder, 'logs', 'watcher.log'),
    recordDir: join(folder, 'runs'),
    metricsFile: join(folder, 'metrics', 'watcher.prom'),
    stateFile: join(folder, 'state', 'state.json'),
    statFile: join(folder, 'statistics', 'stats.json'),
    runLockFile: join(folder, 'lock', 'run.pid'),
  };
  for (const [key, path] of Object.entries(places))
    mkdirSync(key === 'recordDir' ? path : dirname(path), { recursive: true });
  const look = (change: Partial<typeof places> = {}) => checkPlaces({ ...places, ...change } as Settings);
  return { folder, places, look };
}

const folders = ['logs', 'runs', 'metrics', 'state', 'statistics', 'lock'];

test.each(folders)('the folder %s, in which no room is left, is found', async (name) => {
  const { folder, look } = node();
  vi.mocked(fullFolders).mockImplementation((paths) =>
    [...new Set(paths.map((path) => dirname(path)))].filter((each) => each === join(folder, name)),
  );
  await expect(look()).rejects.toThrow(`no room is left in ${join(folder, name)}: make some`);
});

test.each([
  ['log_file', (file: string) => ({ logFile: join(file, 'log') })],
  ['record_dir', (file: string) => ({ recordDir: file })],
  ['metrics_file', (file: string) => ({ metricsFile: join(file, 'metrics') })],
  ['stat_file', (file: string) => ({ statFile: join(file, 'stats.json') })],
])('a file in the place of the folder of %s is found', async (key, change) => {
  vi.mocked(fullFolders).mockReturnValue([]);
  const { folder, look } = node();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(look(change(file))).rejects.toThrow(`${key}: ${file} is no folder (correct ${key})`);
});

test('where all is well it is said of which', async () => {
  vi.mocked(fullFolders).mockReturnValue([]);
  expect(await node().look()).toBe(
    'log_file, record_dir, metrics_file, stat_file: can be written to, and there is room',
  );
});

describe('what is there already, and would not be written,', () => {
  const link = (file: string) => symlinkSync('elsewhere', file);
  const strangers = (file: string) => {
    writeFileSync(file, '{}');
    chownSync(file, 1234, 1234);
  };

  test.each<[string, 'logFile' | 'metricsFile' | 'statFile', (file: string) => void, string, boolean]>([
    ['log_file: a link', 'logFile', link, 'cannot be opened: it is a symbolic link, and is not followed', false],
    ['log_file: a folder', 'logFile', mkdirSync, 'cannot be opened: illegal operation on a directory', false],
    ['log_file: of another user', 'logFile', strangers, 'belongs to uid 1234', true],
    ['metrics_file: a link', 'metricsFile', link, 'is a symbolic link, which is never written through', false],
    ['metrics_file: a folder', 'metricsFile', mkdirSync, 'is not a regular file', false],
    ['stat_file: a link', 'statFile', link, 'is a symbolic link, which is never written through', false],
    ['stat_file: a folder', 'statFile', mkdirSync, 'is not a regular file', false],
    ['stat_file: of another user', 'statFile', strangers, 'belongs to uid 1234', true],
  ])('is found: %s', async (title, field, make, problem, asRoot) => {
    if (asRoot) needs('root');
    vi.mocked(fullFolders).mockReturnValue([]);
    const { places, look } = node();
    make(places[field]);
    await expect(look()).rejects.toThrow(problem);
    await expect(look()).rejects.toThrow(`${title.split(':')[0]}: `);
  });

  test('is only looked at', async () => {
    vi.mocked(fullFolders).mockReturnValue([]);
    const { places, look } = node();
    for (const file of [places.logFile, places.metricsFile, places.statFile]) writeFileSync(file, 'as it was');
    await look();
    for (const file of [places.logFile, places.metricsFile, places.statFile])
      expect(readFileSync(file, 'utf8')).toBe('as it was');
  });
});
