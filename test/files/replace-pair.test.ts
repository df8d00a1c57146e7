/**
 * Goal: two files of which each is right only beside the other are replaced together, whatever happens on the way.
 * Method: the writer dies before each of the calls by which it changes anything, and a real one at each rename.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { filePair } from '../../src/files/replace-pair.ts';
import { bundle } from '../support/bundle.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

const calls = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, made: 0, seen: [] as string[] }));

/** Once its last call is spent a process is as good as dead: nothing that it would still do happens. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const fs = await importOriginal<Record<string, (...args: unknown[]) => unknown>>();
  const counted =
    (name: string) =>
    async (...args: unknown[]) => {
      if (calls.left <= 0) throw new Error('dead');
      calls.left -= 1;
      calls.made += 1;
      calls.seen.push(`${name} ${name === 'rename' ? args[1] : args[0]}`);
      return fs[name]!(...args);
    };
  const names = ['open', 'rename', 'link', 'unlink', 'copyFile', 'chown'];
  return { ...fs, ...Object.fromEntries(names.map((name) => [name, counted(name)])) };
});

function startPair() {
  const folder = tempFolder();
  // They need not be in one folder.
  for (const name of ['config', 'primer']) mkdirSync(join(folder, name));
  const [first, second] = [join(folder, 'config', 'haproxy.cfg'), join(folder, 'primer', 'primer.json')] as const;
  const pair = filePair([first, second]);
  const read = (suffix = '') => [first, second].map((path) => readFileSync(`${path}${suffix}`, 'utf8'));
  const names = () => ['config', 'primer'].flatMap((name) => readdirSync(join(folder, name))).sort();
  const replace = (content: string) =>
    pair.replace([
      { path: first, content, mode: 0o640 },
      { path: second, content, mode: 0o644 },
    ]);
  return { first, second, pair, read, names, replace };
}

describe('a pair that nobody disturbs', () => {
  test('is flushed to both folders after each file got its name', async () => {
    const { first, second, replace } = startPair();
    calls.seen.length = 0;
    await replace('one');
    for (const path of [first, second])
      expect(calls.seen.lastIndexOf(`open ${dirname(path)}`)).toBeGreaterThan(calls.seen.lastIndexOf(`rename ${path}`));
  });

  test('keeps mode, user and group, one by one', async () => {
    needs('root');
    const { first, second, replace } = startPair();
    await replace('one');
    chownSync(first, process.geteuid!(), 65_534);
    chownSync(second, 65_534, process.getegid!());
    chmodSync(first, 0o2640);
    await replace('two');
    expect(statSync(first)).toMatchObject({ uid: process.geteuid!(), gid: 65_534 });
    expect(statSync(second)).toMatchObject({ uid: 65_534, gid: process.getegid!() });
    expect(statSync(first).mode & 0o777).toBe(0o640);
  });

  test('is replaced, and what it was is kept', async () => {
    const { read, replace, names, first } = startPair();
    await replace('one');
    expect(names()).toEqual(['haproxy.cfg', 'primer.json']);
    expect(statSync(first).mode & 0o777).toBe(0o640);
    await replace('two');
    expect(read()).toEqual(['two', 'two']);
    expect(read('.previous')).toEqual(['one', 'one']);
    await replace('three');
    expect(read('.previous')).toEqual(['two', 'two']);
    expect(names()).toEqual(['haproxy.cfg', 'haproxy.cfg.previous', 'primer.json', 'primer.json.previous']);
  });

  test('keeps the mode that its files have', async () => {
    const { first, replace } = startPair();
    writeFileSync(first, 'by hand');
    chmodSync(first, 0o1600);
    await replace('one');
    expect(statSync(first).mode & 0o7777).toBe(0o1600);
  });

  test('is left as it is where one of both is a link', async () => {
    const { first, second, replace, read, names, pair } = startPair();
    writeFileSync(first, 'by hand');
    symlinkSync(first, second);
    await expect(replace('one')).rejects.toThrow(`${second}: is a symbolic link, which is never written through`);
    expect(read()).toEqual(['by hand', 'by hand']);
    await pair.mend();
    expect(names()).toEqual(['haproxy.cfg', 'primer.json']);
  });

  test('has nothing to mend', async () => {
    const { replace, pair } = startPair();
    expect(await pair.mend()).toEqual([]);
    await replace('one');
    expect(await pair.mend()).toEqual([]);
    expect(await pair.isHalfDone()).toBe(false);
  });
});

const seen = { old: 0, new: 0, completed: 0 };

/** Whoever comes next after a writer of `two` has died finds one pair, and leaves nothing half done. */
async function expectOnePair({ read, names, pair }: ReturnType<typeof startPair>, death: string): Promise<void> {
  const notes = await pair.mend();
  const [first, second] = read();
  expect([first, second], death).toEqual([first, first]);
  expect(['one', 'two']).toContain(first);
  expect(read('.previous'), death).toEqual(first === 'two' ? ['one', 'one'] : ['zero', 'zero']);
  expect(
    names().filter((name) => name.includes('.prime-') && !name.endsWith('.tmp')),
    death,
  ).toEqual([]);
  expect(await pair.mend()).toEqual([]);
  if (first === 'two') seen.new += 1;
  else seen.old += 1;
  if (notes.some((note) => note.includes('completed'))) seen.completed += 1;
}

test('a death before any call that changes something leaves one pair, once the next one has begun', async () => {
  const whole = await startSaying('one');
  calls.left = Number.POSITIVE_INFINITY;
  calls.made = 0;
  await whole.replace('two');
  const count = calls.made;
  expect(count).toBeGreaterThan(15);
  for (let left = 0; left < count; left += 1) {
    const started = await startSaying('one');
    calls.left = left;
    await expect(started.replace('two')).rejects.toThrow();
    calls.left = Number.POSITIVE_INFINITY;
    await expectOnePair(started, `after ${left} of ${count} calls`);
  }
  expect(Math.min(seen.old, seen.new, seen.completed)).toBeGreaterThan(4);
});

test('a real death at a rename does as well', async () => {
  needs('strace', 'tracing');
  const program = bundle('test/support/replace-pair-once.ts');
  for (let when = 1; when <= 7; when += 1) {
    const started = await startSaying('one');
    const death = `inject=rename:signal=SIGKILL:error=EIO:when=${when}`;
    const tracing = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=rename', '-e', death];
    // Calls are counted by thread: with one worker thread they are counted at all.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    const words = [process.execPath, program, started.first, started.second, 'two'];
    const { stdout } = spawnSync('strace', [...tracing, ...words], { encoding: 'utf8', env });
    expect(stdout, death).toBe('');
    await expectOnePair(started, death);
  }
});

/** A pair that says this, and said `zero` before. */
async function startSaying(content: string) {
  const started = startPair();
  await started.replace('zero');
  await started.replace(content);
  return started;
}
