import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readHandbrakeFile } from '../../src/node-files/handbrake-file.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { handbrakeFileCommand, handbrakeFileOf } from '../../src/settings/default-handbrake.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** What somebody may have copied into a configuration. */
const EARLIER = [
  'f=/run/brake',
  'if [ -e "$f" -o -L "$f" ]; then r=',
  'u=',
  `if [ -f "$f" ]; then r=$(sed -n 's/^reason=//p' "$f" | head -n 1)`,
  String.raw`u=$(sed -n 's/^until=\([0-9]\{1,12\}\)$/\1/p' "$f" | head -n 1)`,
  'fi',
  'if [ -n "$u" ] && [ "$u" -le "$(date +%s)" ]; then echo "its time is over: $r"',
  'exit 0',
  'fi',
  'echo "$r"',
  'exit 1',
  'fi',
  'until [ -e "$f" -o -L "$f" ]; do f=$'.concat('{f%/*}'),
  'f=$'.concat('{f:-/}'),
  'done',
  'if [ ! -x "$f/." ]; then echo "$f cannot be searched" >&2',
  'exit 2',
  'fi',
].join('; ');

const RELEASED = 0;
const ENGAGED = 1;
const BROKEN = 2;

type Place = (path: string) => void;

const nothing: Place = () => {};
const file: Place = (path) => writeFileSync(path, '');
const folder: Place = (path) => void mkdirSync(path);
const danglingLink: Place = (path) => symlinkSync('nowhere', path);
const loop: Place = (path) => symlinkSync(path, path);
const linkedFile: Place = (path) => {
  writeFileSync(`${path}.real`, 'until=1\n');
  symlinkSync(`${path}.real`, path);
};
const noFolder: Place = (path) => rmSync(dirname(path), { recursive: true });
const noFolderAtAll: Place = (path) => rmSync(dirname(dirname(path)), { recursive: true });
const fileForFolder: Place = (path) => {
  noFolder(path);
  writeFileSync(dirname(path), '');
};
const danglingFolder: Place = (path) => {
  noFolder(path);
  symlinkSync('nowhere', dirname(path));
};
const linkedFolder: Place = (path) => {
  noFolder(path);
  mkdirSync(`${dirname(path)}.real`);
  symlinkSync(`${dirname(path)}.real`, dirname(path));
};

test('the default is the command for the default file', () => {
  expect(CATALOG.allKeys.find(({ name }) => name === 'handbrake_command')?.default).toBe(
    handbrakeFileCommand('/etc/yandex/market-watcher/handbrake'),
  );
});

test('a command is the handbrake of a file only where it is that command word for word', () => {
  expect(handbrakeFileOf(handbrakeFileCommand('/run/brake'))).toBe('/run/brake');
  expect(handbrakeFileOf(EARLIER)).toBe('/run/brake');
  const others = ['f=/run/brake; test ! -e "$f"', `${handbrakeFileCommand('/run/brake')}; true`, 'true', ['true']];
  expect(others.map(handbrakeFileOf)).toEqual([null, null, null, null]);
});

test.each([
  ['nothing', nothing, RELEASED],
  ['a file', file, ENGAGED],
  ['a folder', folder, ENGAGED],
  ['a link that leads nowhere', danglingLink, ENGAGED],
  ['a link to itself', loop, ENGAGED],
  ['no folder', noFolder, RELEASED],
  ['no folder above its folder', noFolderAtAll, RELEASED],
  ['a file in the place of its folder', fileForFolder, BROKEN],
  ['a folder that is a link to nowhere', danglingFolder, BROKEN],
  ['a folder that is a link', linkedFolder, RELEASED],
])('%s', (_, place, code) => {
  const path = join(tempFolder(), 'etc', 'watcher', 'handbrake');
  mkdirSync(dirname(path), { recursive: true });
  place(path);
  expect(pull(path).status).toBe(code);
});

test.each([
  ['a file', RELEASED, (path: string) => writeFileSync(path, 'until=1\n')],
  ['a link to such a file', ENGAGED, linkedFile],
  [
    'a file that says another time where the part of it ends that is read',
    ENGAGED,
    (path: string) => writeFileSync(path, `${'x'.repeat(65_527)}\nuntil=1893456000\n`),
  ],
  ['a file that says so too late', ENGAGED, (path: string) => writeFileSync(path, `${'x'.repeat(65_535)}\nuntil=1\n`)],
])('%s whose time is over: %i, and whoever reads it sees the same', async (_, code, place) => {
  const path = join(tempFolder(), 'handbrake');
  place(path);
  expect(pull(path).status).toBe(code);
  expect(await readHandbrakeFile(path)).toMatchObject({ isOver: code === RELEASED });
});

test.each([
  ['pulled', file],
  ['released', nothing],
])('a folder that may not be searched is broken, whether it is %s', (_, place) => {
  needs('root');
  const path = join(tempFolder(), 'etc', 'watcher', 'handbrake');
  mkdirSync(dirname(path), { recursive: true });
  place(path);
  chmodSync(dirname(dirname(dirname(path))), 0o755);
  for (const closed of [dirname(path), dirname(dirname(path))]) {
    chmodSync(closed, 0o644);
    expect(pull(path, 65_534)).toMatchObject({ status: BROKEN, stderr: `${closed} cannot be searched\n` });
    chmodSync(closed, 0o755);
  }
  expect(pull(path, 65_534).status).toBe(place === file ? ENGAGED : RELEASED);
});

function pull(path: string, uid = process.getuid!()) {
  return spawnSync('/bin/sh', ['-c', handbrakeFileCommand(path)], { encoding: 'utf8', uid, gid: uid, timeout: 20_000 });
}
