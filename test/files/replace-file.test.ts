import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { checkMayReplace, cleanTemps, flushFolder, replaceFile } from '../../src/files/replace-file.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a file is created and replaced as a whole, with the mode that was asked for whatever the umask', async () => {
  const path = join(tempFolder(), 'state.json');
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  await replaceFile(path, 'old', 0o644);
  expect(statSync(path).mode & 0o777).toBe(0o644);
  await replaceFile(path, 'nové', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('nové');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('one who reads while the file is replaced always reads one whole content', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  const contents = ['a'.repeat(300_000), 'b'.repeat(200_000)];
  await replaceFile(path, contents[0]!, 0o644);
  let isOver = false;
  const writing = (async () => {
    for (let round = 0; round < 60; round += 1) await replaceFile(path, contents[round % 2]!, 0o644);
    isOver = true;
  })();
  let reads = 0;
  while (!isOver) {
    expect(contents.includes(readFileSync(path, 'utf8'))).toBe(true);
    reads += 1;
    await new Promise(setImmediate);
  }
  await writing;
  expect(reads).toBeGreaterThan(10);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a symbolic link at the target is refused, and what it points to stays', async () => {
  const folder = tempFolder();
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
  for (const [name, target] of [
    ['link', victim],
    ['dangling', join(folder, 'nowhere')],
  ] as const) {
    const path = join(folder, name);
    symlinkSync(target, path);
    await expect(replaceFile(path, 'new', 0o644)).rejects.toMatchObject({
      message: `${path}: is a symbolic link, which is never written through`,
    });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  }
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(readdirSync(folder).sort()).toEqual(['dangling', 'link', 'victim']);
});

test('a folder or a FIFO at the target is refused, and a missing folder is named', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  for (const name of ['folder', 'fifo']) {
    await expect(replaceFile(join(folder, name), '', 0o644)).rejects.toThrow(`/${name}: is not a regular file`);
  }
  const missing = join(folder, 'missing', 'state.json');
  await expect(replaceFile(missing, '', 0o644)).rejects.toThrow(`${missing}: no such file or folder`);
  expect(readdirSync(folder).sort()).toEqual(['fifo', 'folder']);
});

test('in a sticky folder only root and the owners may replace what is there', async () => {
  const folder = join(tempFolder(), 'shared');
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  const file = join(folder, 'file');
  const user = vi.spyOn(process, 'geteuid').mockReturnValue(54_321);
  onTestFinished(() => user.mockRestore());
  await checkMayReplace(file);
  writeFileSync(file, '');
  const problem = `${file}: belongs to uid ${process.getuid!()}, and in ${folder} only that user may replace it`;
  await expect(checkMayReplace(file)).rejects.toThrow(problem);
  chmodSync(folder, 0o777);
  await checkMayReplace(file);
  chmodSync(folder, 0o1777);
  for (const mayDoSo of [0, process.getuid!()]) {
    user.mockReturnValue(mayDoSo);
    await checkMayReplace(file);
  }
});

test('a disk that fills up leaves the old content and no temporary file', async ({ skip }) => {
  needs('root');
  const folder = join(tempFolder(), 'small');
  mkdirSync(folder);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  skip(mount.status !== 0, 'this host mounts nothing');
  onTestFinished(() => void spawnSync('umount', [folder]));
  const path = join(folder, 'state.json');
  await replaceFile(path, 'old', 0o644);
  await expect(replaceFile(path, 'x'.repeat(100_000), 0o644)).rejects.toMatchObject({
    message: `${path}: cannot be replaced: no space left on device`,
    code: 'ENOSPC',
  });
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('temporary files of killed writers go after an hour, and nothing else does', async () => {
  const folder = tempFolder();
  const path = join(folder, 'state.json');
  const digits = '0123456789abcdef'.repeat(2);
  const [old, recent] = [`.state.json.${digits}.tmp`, `.state.json.${digits.replace('0', '1')}.tmp`];
  const strangers = ['state.json', '.state.json.tmp', `.other.json.${digits}.tmp`, `.state.json.${digits}.tmp.bak`];
  const twoHoursAgo = Date.now() / 1000 - 7_200;
  for (const name of [old, recent, ...strangers]) {
    writeFileSync(join(folder, name), '');
    if (name !== recent) utimesSync(join(folder, name), twoHoursAgo, twoHoursAgo);
  }
  expect(await cleanTemps(path)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual([recent, ...strangers].sort());

  mkdirSync(join(folder, old));
  utimesSync(join(folder, old), twoHoursAgo, twoHoursAgo);
  expect(await cleanTemps(path)).toEqual([expect.stringContaining(`${old}: cannot be removed: `)]);
  expect(await cleanTemps(join(folder, 'missing', 'state.json'))).toEqual([]);
  expect(existsSync(join(folder, old))).toBe(true);
});

test('where nothing can be put in the place of what is there, nothing is left beside it', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'state.json'));
  await expect(replaceFile(join(folder, 'state.json'), 'new', 0o644)).rejects.toThrow('is not a regular file');
  expect(readdirSync(folder)).toEqual(['state.json']);
});

const FLUSHED: readonly (readonly [code: string | null, isGood: boolean])[] = [
  [null, true],
  ...['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF', 'EACCES', 'EPERM'].map((code) => [code, true] as const),
  ['EIO', false],
  ['ENOSPC', false],
];

test.each(FLUSHED)(
  'a folder whose flush ends with %s is flushed as well as can be: %s, and is closed',
  async (code, isGood) => {
    const close = vi.fn(async () => {});
    const sync = async () => {
      if (code !== null) throw Object.assign(new Error('no flush'), { code });
    };
    const handle = { sync, close };
    const open = vi.spyOn(fsPromises, 'open').mockResolvedValue(handle as never);
    onTestFinished(() => {
      open.mockRestore();
      syncBuiltinESMExports();
    });
    syncBuiltinESMExports();
    const ended = await flushFolder('/srv').then(
      () => true,
      () => false,
    );
    expect([ended, close.mock.calls.length]).toEqual([isGood, 1]);
  },
);
