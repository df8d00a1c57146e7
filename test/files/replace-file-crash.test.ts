/**
 * Goal: no death and no disk error at any step of a replacement leaves half a file.
 * Method: the system calls of a real process are traced, and one of them kills it or fails.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const oldText = 'old'.repeat(10);
const newText = 'new'.repeat(50_000);

describe('with one fault injected', () => {
  beforeEach(() => needs('strace', 'tracing'));

  test('the content reaches the disk before the name does, and the name before success is reported', () => {
    const { text, calls, said } = replaceWith([]);
    expect(calls).toEqual(['fsync', 'rename', 'fsync']);
    expect(said).toBe('replaced');
    expect(text).toBe(newText);
  });

  test.each([
    ['fsync', 1, oldText],
    ['rename', 1, oldText],
    ['fsync', 2, newText],
  ])('a death at %s number %i leaves a whole content', (call, when, expected) => {
    const { text, said } = replaceWith(['-e', `inject=${call}:signal=SIGKILL:error=EIO:when=${when}`]);
    expect(said).toBe('');
    expect(text).toBe(expected);
  });

  test.each([
    ['fsync', 1, 'EIO', oldText, 'i/o error'],
    ['fsync', 2, 'EIO', newText, 'i/o error'],
    ['rename', 1, 'EXDEV', oldText, 'cross-device link not permitted'],
    ['rename', 1, 'EROFS', oldText, 'read-only file system'],
    ['fchmod', 1, 'EPERM', oldText, 'operation not permitted'],
    ['close', 1, 'EDQUOT', oldText, 'disk quota exceeded'],
  ])(
    '%s number %i that fails with %s is reported, and leaves no temporary file',
    (call, when, error, expected, words) => {
      const { text, said, names, path } = replaceWith(['-e', `inject=${call}:error=${error}:when=${when}`]);
      expect(said).toBe(`${path}: cannot be replaced: ${words}`);
      expect(text).toBe(expected);
      expect(names).toEqual(['file']);
    },
  );

  test.each(['EINVAL', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'])(
    'a folder whose file system knows no flush, and says %s, is no failure of the file',
    (error) => {
      const { text, said, names } = replaceWith(['-e', `inject=fsync:error=${error}:when=2`]);
      expect({ text, said, names }).toEqual({ text: newText, said: 'replaced', names: ['file'] });
    },
  );

  test.each(['EINVAL', 'EOPNOTSUPP'])('a file that cannot be flushed, with %s, is one all the same', (error) => {
    const { text, said } = replaceWith(['-e', `inject=fsync:error=${error}:when=1`]);
    expect(said).toMatch(/: cannot be replaced: /);
    expect(text).toBe(oldText);
  });
});

function replaceWith(injection: readonly string[]) {
  const folder = tempFolder();
  const [program, log] = [bundle('test/support/replace-once.ts'), join(tempFolder(), 'log')];
  const path = join(folder, 'file');
  writeFileSync(path, oldText);
  const tracing = ['-f', '-qq', '-o', log, '-e', 'trace=fsync,rename,fchmod,close', ...injection];
  // Calls are counted by thread: with one worker thread they are counted at all.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const { stdout } = spawnSync('strace', [...tracing, process.execPath, program, path], { encoding: 'utf8', env });
  const calls = [...readFileSync(log, 'utf8').matchAll(/^\d+ +(fsync|rename)\(/gm)].map(([, call]) => call);
  return { path, calls, said: stdout.trim(), text: readFileSync(path, 'utf8'), names: readdirSync(folder) };
}
