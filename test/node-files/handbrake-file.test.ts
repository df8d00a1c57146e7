import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readHandbrakeFile } from '../../src/node-files/handbrake-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { lstat: realLstat } = fsPromises;
const since = '2026-01-02T03:04:05.000Z';

/** A handbrake that was pulled at that time. */
function pulledFile(content: string): string {
  const file = join(tempFolder(), 'handbrake');
  writeFileSync(file, content);
  utimesSync(file, new Date(since), new Date(since));
  return file;
}

test('a file that is there and cannot be read is a pulled handbrake, as it is for the default command', async () => {
  expect(await readHandbrakeFile('/proc/self/mem')).toMatchObject({
    words: '/proc/self/mem: cannot be read: i/o error',
    isOver: false,
  });
});

test('a file of a time that no calendar has is pulled as any other', async () => {
  const file = pulledFile('pulled by a\n');
  const far = vi
    .spyOn(fsPromises, 'lstat')
    .mockImplementation(async (path) =>
      Object.assign(await realLstat(path), { mtimeMs: 9e16, mtime: new Date(Number.NaN) }),
    );
  syncBuiltinESMExports();
  onTestFinished(() => {
    far.mockRestore();
    syncBuiltinESMExports();
  });
  expect(await readHandbrakeFile(file)).toMatchObject({ since: '+275760-09-13T00:00:00.000Z', isOver: false });
});

test('nothing is a released one, and where nobody can look is a failure', async () => {
  const folder = tempFolder();
  expect(await readHandbrakeFile(join(folder, 'none'))).toBeNull();
  await expect(readHandbrakeFile(`${pulledFile('')}/none`)).rejects.toThrow('/none: cannot be looked at: not a dir');
});

test('a folder or a link is a pulled one, whatever is behind it', async () => {
  const folder = join(tempFolder(), 'handbrake');
  mkdirSync(folder);
  const link = join(folder, 'link');
  symlinkSync(pulledFile('until=1\n'), link);
  for (const path of [folder, link])
    expect(await readHandbrakeFile(path)).toMatchObject({ words: `${path}, which is no regular file`, isOver: false });
});

test.each<[string, string, string, boolean]>([
  [
    'all that we write',
    'pulled by a at b\nreason=c\nuntil=99999999999\n',
    'pulled by a at b; c; until 5138-11-16T',
    false,
  ],
  ['a time that is over', 'pulled by a\nuntil=1\n', 'pulled by a; until 1970-01-01T00:00:01.000Z', true],
  ['what others wrote besides', '  \nmine\npulled by a\n\nyours\nreason=c', 'pulled by a; mine yours; c', false],
  [
    'the first of several reasons and times',
    'until=1\nuntil=99999999999\npulled by a\nreason=b\nreason=c',
    'pulled by a; b; until 1970',
    true,
  ],
  [
    'a line that only ends like ours',
    'pulled by a\nnot until=1\nno reason=b',
    'pulled by a; not until=1 no reason=b',
    false,
  ],
  ['a time of thirteen digits', 'pulled by a\nuntil=1000000000000', 'pulled by a; until=1000000000000', false],
])('%s is said in one line', async (_, content, words, isOver) => {
  expect(await readHandbrakeFile(pulledFile(content))).toEqual({
    words: expect.stringMatching(new RegExp(`^${words}`)),
    since,
    isOver,
  });
});

test('a file that does not say who pulled it says since when it is there', async () => {
  const file = pulledFile('not pulled by a\nreason=b\n');
  expect((await readHandbrakeFile(file))!.words).toBe(`${file} is there since ${since}; not pulled by a; b`);
});

test('a time counts from its very millisecond on', async () => {
  const file = pulledFile('pulled by a\nuntil=1700000000\n');
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await readHandbrakeFile(file))!.isOver).toBe(true);
  vi.setSystemTime(1_699_999_999_999);
  expect((await readHandbrakeFile(file))!.isOver).toBe(false);
});
