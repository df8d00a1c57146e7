import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zeros as zerosOf } from '../../machines/statistics.ts';
import { readStatistics, writeStatistics } from '../../src/node-files/statistics.ts';
import { tempFolder } from '../support/temp-folder.ts';

const zeros = zerosOf();

test('a counter at the largest number that can be read again is read again', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  const most = { ...zeros, Errors: Number.MAX_SAFE_INTEGER };
  await writeStatistics(path, most);
  expect(await readStatistics(path)).toEqual({ statistics: most, isMissing: false, notes: [] });
});

test('the file has exactly the nine keys, and what is written is read again', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  const statistics = { ...zeros, Errors: 1, LastErrorTimestamp: 1_100 };
  expect(await writeStatistics(path, statistics)).toEqual({ notes: [] });
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toEqual(Object.keys(zeros));
  expect(await readStatistics(path)).toEqual({ statistics, isMissing: false, notes: [] });
});

test('without a file, as before the first run, the statistics are zero', async () => {
  const path = join(tempFolder(), 'watcher_stats.json');
  expect(await readStatistics(path)).toEqual({ statistics: zeros, isMissing: true, notes: [] });
});

test('a damaged file is left alone by those who read, and kept by the one who writes', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher_stats.json');
  const good = JSON.stringify({ ...zeros, Errors: 3 });
  for (const text of ['', '{', good.slice(0, -1), good.replace(':3', ':-3'), good.replace('Errors', 'Error'), '[]']) {
    writeFileSync(path, text);
    const { statistics, notes } = await readStatistics(path);
    expect(statistics).toEqual(zeros);
    expect(notes).toEqual([expect.stringContaining(`the statistics start from zero: ${path}: `)]);
    expect(readFileSync(path, 'utf8')).toBe(text);
    const written = await writeStatistics(path, statistics);
    expect(written.notes).toEqual([expect.stringMatching(/was damaged, and is kept as .*\.corrupt-[123]$/)]);
  }
  expect(readdirSync(folder)).toHaveLength(4);
});

test.each([
  ['an empty file', '', 'not JSON: line 1, column 1: expected a value, not the end of the text'],
  ['a list', '[]', 'expected an object with figures, got a list'],
  ['a negative figure', figuresWith({ Errors: -3 }), 'Errors: expected a whole number that is not below 0, got -3'],
  ['a fraction', figuresWith({ Errors: 0.5 }), 'Errors: expected a whole number that is not below 0, got 0.5'],
  ['a text', figuresWith({ Errors: '3\n' }), 'Errors: expected a whole number that is not below 0, got "3\\n"'],
  ['another program’s figures', '{"runs":1}', 'LastLockAcquiredTimestamp: is missing'],
])('%s is reported in one line: what is wrong, where, and what was expected', async (_, text, what) => {
  const path = join(tempFolder(), 'watcher_stats.json');
  writeFileSync(path, text);
  expect((await readStatistics(path)).notes).toEqual([`the statistics start from zero: ${path}: ${what}`]);
});

test('a damaged file that cannot be kept is not written over', async () => {
  const folder = tempFolder();
  const path = join(folder, 'watcher_stats.json');
  writeFileSync(path, 'precious');
  for (const copy of [1, 2, 3]) mkdirSync(`${path}.corrupt-${copy}`);
  await expect(writeStatistics(path, zeros)).rejects.toMatchObject({
    failure: {
      kind: 'statisticsUnwritable',
      message: expect.stringMatching(
        /^the statistics cannot be used: \/.* cannot be set aside: .* \(correct stat_file, /,
      ),
    },
  });
  expect(readFileSync(path, 'utf8')).toBe('precious');
});

test('what cannot be read or replaced is a failure, and nothing is lost', async () => {
  const folder = tempFolder();
  const unwritable = { failure: { kind: 'statisticsUnwritable' } };
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'victim'), JSON.stringify(zeros));
  symlinkSync(join(folder, 'victim'), join(folder, 'link'));
  symlinkSync('loop', join(folder, 'loop'));
  await expect(readStatistics(join(folder, 'loop'))).rejects.toMatchObject(unwritable);
  for (const path of ['folder', 'link', 'loop', 'missing/file']) {
    await expect(writeStatistics(join(folder, path), { ...zeros, Errors: 1 }), path).rejects.toMatchObject(unwritable);
  }
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe(JSON.stringify(zeros));
  expect(readdirSync(folder).sort()).toEqual(['folder', 'link', 'loop', 'victim']);
});

function figuresWith(written: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...zeros, ...written });
}
