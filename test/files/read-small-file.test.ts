import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readOwnFile, readSmallFile } from '../../src/files/read-small-file.ts';
import { FileProblem } from '../../src/host/file-problem.ts';
import { openFiles } from '../support/open-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a file is read up to the very limit, and a byte more is refused', async () => {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, 'x'.repeat(70_000));
  expect(await readSmallFile(path, 70_000)).toBe('x'.repeat(70_000));
  await expect(readSmallFile(path, 69_999)).rejects.toThrow(`${path}: is larger than the limit of 69999 bytes`);
  expect(await readSmallFile(join(path, '..', 'file'), 70_000)).toHaveLength(70_000);
});

test('a file whose size nobody knows beforehand is limited while it is read', async () => {
  expect(await readSmallFile('/proc/self/stat', 65_536)).toContain('(');
  await expect(readSmallFile('/proc/self/stat', 10)).rejects.toThrow('larger than the limit of 10 bytes');
  const { length } = await readSmallFile('/proc/version', 65_536);
  expect(await readSmallFile('/proc/version', length)).toHaveLength(length);
  await expect(readSmallFile('/proc/version', length - 1)).rejects.toThrow('larger than the limit');
});

test('a huge sparse file is refused without being read', async () => {
  const path = join(tempFolder(), 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 3 * 1024 ** 3);
  const before = process.memoryUsage().rss;
  await expect(readSmallFile(path, 1_000_000)).rejects.toBeInstanceOf(FileProblem);
  expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
});

test('what is no file is named for what it is, and nothing waits', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  const server = createServer().listen(join(folder, 'socket'));
  onTestFinished(() => void server.close());
  const problems: Record<string, string> = {
    missing: 'no such file or folder',
    folder: 'is a folder, not a file',
    fifo: 'is not a regular file',
    socket: 'cannot be read: no such device or address',
  };
  for (const [name, what] of Object.entries(problems)) {
    const path = join(folder, name);
    await expect(readSmallFile(path, 10)).rejects.toMatchObject({ path, message: `${path}: ${what}` });
  }
  await expect(readSmallFile('/dev/zero', 10)).rejects.toThrow('/dev/zero: is not a regular file');
});

test('a file is closed again, whether or not it could be read', async () => {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, 'text');
  await readSmallFile(path, 10);
  await expect(readSmallFile(path, 1)).rejects.toThrow('larger than the limit');
  expect(openFiles()).not.toContain(path);
});

test('a file that a run writes is not read through a link, which any other file is', async () => {
  const folder = tempFolder();
  const [path, link] = [join(folder, 'file'), join(folder, 'link')];
  writeFileSync(path, 'text');
  symlinkSync(path, link);
  expect([await readOwnFile(path, 10), await readSmallFile(link, 10)]).toEqual(['text', 'text']);
  await expect(readOwnFile(link, 10)).rejects.toMatchObject({ code: 'ELOOP' });
});

test('the system error is in words and has its code', async () => {
  const path = join(tempFolder(), 'loop');
  symlinkSync(path, path);
  await expect(readSmallFile(path, 10)).rejects.toMatchObject({
    code: 'ELOOP',
    message: `${path}: cannot be read: too many symbolic links encountered`,
  });
});

test('bytes that are not UTF-8 are refused, never guessed; one byte order mark is dropped', async () => {
  const path = join(tempFolder(), 'file');
  for (const bytes of [[0xff], [0x41, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
    writeFileSync(path, Buffer.from(bytes));
    await expect(readSmallFile(path, 10)).rejects.toThrow(`${path}: is not valid UTF-8`);
  }
  writeFileSync(path, '\uFEFF\uFEFFé');
  expect(await readSmallFile(path, 10)).toBe('\uFEFFé');
});

test('a file that is replaced while it is read is the old or the new one, never a mixture', async () => {
  const folder = tempFolder();
  const path = join(folder, 'file');
  const contents = ['a'.repeat(200_000), 'b'.repeat(200_000)];
  writeFileSync(path, contents[0]!);
  for (let round = 0; round < 50; round += 1) {
    const reading = readSmallFile(path, 200_000);
    writeFileSync(join(folder, 'new'), contents[(round + 1) % 2]!);
    renameSync(join(folder, 'new'), path);
    expect(contents).toContain(await reading);
  }
});
