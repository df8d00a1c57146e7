/** Where a run says what it did, and remembers: each of the places is looked at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { checkPlaces } from '../../src/check/check-places.ts';
import { fullFolders } from '../../src/host/full-folders.ts';
import type { Settings } from '../../src/settings/settings.ts';
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

test.each(folders)('the folder %s, in which no room is left, is found', (name) => {
  const { folder, look } = node();
  vi.mocked(fullFolders).mockImplementation((paths) =>
    [...new Set(paths.map((path) => dirname(path)))].filter((each) => each === join(folder, name)),
  );
  expect(() => look()).toThrow(`no room is left in ${join(folder, name)}: make some`);
});

test.each([
  ['log_file', (file: string) => ({ logFile: join(file, 'log') })],
  ['record_dir', (file: string) => ({ recordDir: file })],
  ['metrics_file', (file: string) => ({ metricsFile: join(file, 'metrics') })],
])('a file in the place of the folder of %s is found', (key, change) => {
  vi.mocked(fullFolders).mockReturnValue([]);
  const { folder, look } = node();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => look(change(file))).toThrow(`${key}: ${file} is no folder (correct ${key})`);
});

test('where all is well it is said of which', () => {
  vi.mocked(fullFolders).mockReturnValue([]);
  expect(node().look()).toBe('log_file, record_dir, metrics_file: can be written to, and there is room');
});
