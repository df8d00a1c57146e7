import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { fromFile } from '../../src/config/config-file.ts';
import type { Raw } from '../../src/config/value-types.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SOME_KEYS } from './some-keys.ts';

function write(content: string | Buffer, name = 'watcher.yaml'): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

function load(path: string, namedBy: string | null, allowUnsafe = false) {
  return fromFile({ path, namedBy, allowUnsafe }, SOME_KEYS);
}

/** What the file gives, or the lines about it with its path as FILE. */
async function read(content: string | Buffer, name?: string): Promise<Record<string, Raw> | readonly string[]> {
  const path = write(content, name);
  try {
    const { given, problems } = await load(path, 'flag --config');
    if (problems.length > 0) return problems.map((line) => line.replaceAll(path, 'FILE'));
    return Object.fromEntries([...given].map(([key, { raw }]) => [key, raw]));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((line) => line.replaceAll(path, 'FILE'));
  }
}

describe('a value', () => {
  test.each([
    ['stat_file: /a b', '/a b'],
    ['stat_file: "/a\\tb" # comment', '/a\tb'],
    ['stat_file: 010', '010'],
    ['stat_file: 0x1F', '0x1F'],
    ['stat_file: 1_000', '1_000'],
    ['stat_file: 1.10', '1.10'],
    ['stat_file: .nan', '.nan'],
    ['stat_file: True', 'True'],
    ['stat_file: yes', 'yes'],
    ['%YAML 1.1\n---\nstat_file: yes', 'yes'],
    ['stat_file: 2024-01-01', '2024-01-01'],
    ['stat_file: 12345678901234567890', '12345678901234567890'],
    ['stat_file: |\n  a\n  b\n', 'a\nb\n'],
    ['stat_file: [a, 010, "c d"]', ['a', '010', 'c d']],
    ['stat_file:\n- a\n- true', ['a', 'true']],
    ['stat_file: a\r\n', 'a'],
    ['stat_file: a\uFEFFb', 'a\uFEFFb'],
    ['---\nstat_file: a\n...\n', 'a'],
  ])('comes as it was written: %j', async (content, raw) => {
    expect(await read(content)).toEqual({ stat_file: raw });
  });

  test('comes with its line and the folder of the file', async () => {
    const path = write('# one\n\nstat_file: a\nlog_file:\n  b\n');
    const { given } = await load(path, null);
    expect(given.get('stat_file')).toEqual({
      raw: 'a',
      origin: `${path}:3`,
      place: `${path}:3: stat_file`,
      folder: join(path, '..'),
    });
    expect(given.get('log_file')?.origin).toBe(`${path}:4`);
  });
});

test('JSON files have lines too, and may be indented with tabs', async () => {
  const path = write('{\n\t"dry_run": true,\n\t"handbrake_command": [\n\t\t"a"\n\t]\n}\n', 'watcher.json');
  const { given } = await load(path, null);
  expect(given.get('dry_run')).toMatchObject({ raw: 'true', origin: `${path}:2` });
  expect(given.get('handbrake_command')).toMatchObject({ raw: ['a'], origin: `${path}:3` });
});

test.each(['', ' \n', '# only a comment\n', '---\n', 'null\n', '---\n...\n', '{}', '\uFEFF', '\r\n# a\r\n'])(
  '%j says nothing, and is refused when somebody named it',
  async (content) => {
    const [line] = (await read(content)) as readonly string[];
    expect(line).toMatch(
      /^FILE(?::1)?: (?:has no settings, .* \(named by flag --config\)$|begins with a byte order mark)/,
    );
    if (!content.startsWith('\uFEFF')) expect((await load(write(content), null)).given).toEqual(new Map());
  },
);

test.each(['package.yaml', 'package.json'])('%s is read like any other file', async (name) => {
  expect(await read('{"log_file": "-"}', name)).toEqual({ log_file: '-' });
});

test('yt_lock_path is another name of yt_path', async () => {
  expect(await read('yt_lock_path: //a')).toEqual({ yt_path: '//a' });
});

describe('one clear line with the line number', () => {
  test.each([
    ['a key twice', 'log_file: a\n\nlog_file: b', 'FILE:3: log_file: duplicates log_file on line 1; remove one'],
    [
      'a key and its alias',
      'yt_path: //a\nyt_lock_path: //a',
      'FILE:2: yt_lock_path: duplicates yt_path on line 1; remove one',
    ],
    [
      'an alias and its key',
      'yt_lock_path: //a\nyt_path: //a',
      'FILE:2: yt_path: duplicates yt_lock_path on line 1; remove one',
    ],
    ['an unknown key twice', 'nope: a\nnope: b', 'FILE:2: nope: duplicates nope on line 1; remove one'],
    ['a key of two words', 'a b: 1', 'FILE:1: "a b": unknown key'],
    ['a key alone', '? log_file\n', 'FILE:1: log_file: has no value: write one, or remove the line'],
    ['an unknown key', 'log_fiel: a', 'FILE:1: log_fiel: unknown key; did you mean log_file?'],
    ['an import', '$import: ./other.js', 'FILE:1: "$import": unknown key'],
    ['a prototype', '__proto__: 1', 'FILE:1: __proto__: unknown key'],
    [
      'the name of the file',
      'config: a',
      'FILE:1: config: a file cannot name the file: use the flag or the environment',
    ],
    ['no value', 'x: 1\nlog_file:\n', 'FILE:2: log_file: has no value: write one, or remove the line'],
    ['null', 'log_file: ~', 'FILE:1: log_file: has no value: write one, or remove the line'],
    ['null in a list', 'refresh_on: [added, null]', 'FILE:1: refresh_on: has no value: write one, or remove the line'],
    ['a map as a value', 'log_file:\n  a: 1', 'FILE:1: log_file: needs a value or a list of values'],
    ['a list in a list', 'refresh_on: [[added]]', 'FILE:1: refresh_on: needs a value or a list of values'],
    [
      'an alias',
      'log_file: &a x\nstat_file: *a',
      'FILE:2: stat_file: aliases are not supported: write the value itself',
    ],
    ['an unknown tag', 'log_file: !foo x', 'FILE:1: not valid YAML: Unresolved tag'],
    ['a tag that runs code elsewhere', 'log_file: !!js/function "x"', 'FILE:1: not valid YAML: Unresolved tag'],
    ['a binary', 'log_file: !!binary aGk=', 'FILE:1: log_file: tags are not supported: write the plain value'],
    ['a tagged list', 'refresh_on: !!seq [added]', 'FILE:1: refresh_on: tags are not supported: write the plain value'],
    ['a list of another kind', 'refresh_on: !!set [added]', /^FILE:1: /],
    ['a number for a key', '0x1F: a', 'FILE:1: 0x1F: unknown key'],
    ['two documents', 'log_file: a\n---\nlog_file: b', 'FILE:2: a second document begins: write one only'],
    ['an empty second document', 'log_file: a\n---\n', 'FILE:2: a second document begins: write one only'],
    ['a tab', 'log_file: a\nstat_file:\n\tb: 1', 'FILE:3: not valid YAML: Tabs are not allowed as indentation'],
    ['a list at the root', '\n- a', 'FILE:2: must be a map of keys and values'],
    ['a word at the root', 'hello', 'FILE:1: must be a map of keys and values'],
    ['a key that is a list', '? [a]\n: 1', 'FILE:1: a key must be one word'],
    ['an open quote', 'log_file: "a', 'FILE:1: not valid YAML: Missing closing "quote'],
    ['an unresolved merge', '<<<<<<< HEAD\nlog_file: a', /^FILE:1: not valid YAML: /],
    ['a byte order mark', '\uFEFFlog_file: a', 'FILE:1: begins with a byte order mark: save it as UTF-8 without one'],
    ['deep flow', `log_file: ${'['.repeat(200_000)}`, 'FILE:1: is nested too deeply'],
    ['closed deep flow', `\nlog_file: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'FILE:2: is nested too deeply'],
    ['deep maps', `a: ${'{a: '.repeat(20_000)}`, 'FILE:1: is nested too deeply'],
    ['deep lists', '- '.repeat(200_000), 'FILE:1: is nested too deeply'],
    ['deep keys', '? '.repeat(100_000), 'FILE:1: is nested too deeply'],
    [
      'deep indentation',
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /^FILE:\d+: is nested too deeply$/,
    ],
  ] as [string, string, string | RegExp][])('%s', async (_, content, expected) => {
    const lines = (await read(content)) as readonly string[];
    const line = lines.at(-1);
    expect(line).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    expect(line).not.toContain('\n');
  });

  test('an alias bomb goes off nowhere', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const lines = (await read(['l0: &l0 [lol]', ...levels, 'log_file: *l30'].join('\n'))) as readonly string[];
    expect(lines.at(-1)).toBe('FILE:32: log_file: aliases are not supported: write the value itself');
  });

  test('several mistakes are reported together, and those once more that leave a key without a value', async () => {
    const path = write('nope: 1\nnone: 1\nlog_file:\nstat_file: {}');
    const { problems, valueless } = await load(path, null);
    expect(problems).toHaveLength(4);
    expect([...valueless]).toEqual([
      ['log_file', `${path}:3: log_file: has no value: write one, or remove the line`],
      ['stat_file', `${path}:4: stat_file: needs a value or a list of values`],
    ]);
  });

  test('a file that is not UTF-8', async () => {
    expect(await read(Buffer.from('log_file: \xff\n', 'latin1'))).toEqual([
      'FILE: is not valid UTF-8 (named by flag --config)',
    ]);
  });

  test('a file that is larger than 1 MiB', async () => {
    expect(await read(`#${'x'.repeat(1_048_563)}\nlog_file: a`)).toEqual({ log_file: 'a' });
    expect(await read(`#${'x'.repeat(1_048_564)}\nlog_file: a`)).toEqual([
      'FILE: is larger than the limit of 1048576 bytes (named by flag --config)',
    ]);
  });

  test('a password next to a syntax error is not repeated', async () => {
    for (const content of [
      'proxy_url: http://u:hunter2@h\n}hunter2',
      '{"a": "b"} hunter2',
      '{"proxy_url" "hunter2"}',
    ]) {
      expect(JSON.stringify(await read(content))).not.toContain('hunter2');
    }
  });
});

describe('a file that is not there', () => {
  test('is fine when it is the default one', async () => {
    const { given, problems, warnings } = await load(join(tempFolder(), 'none.yaml'), null);
    expect([given.size, problems, warnings]).toEqual([0, [], []]);
  });

  test('is said to be missing, which an empty one is not', async () => {
    expect((await load(join(tempFolder(), 'none.yaml'), null)).isMissing).toBe(true);
    expect((await load(write(''), null)).isMissing).toBe(false);
  });

  test('is a mistake when it was named, and the line says by whom', async () => {
    const path = join(tempFolder(), 'none.yaml');
    await expect(load(path, 'environment WATCHER_CONFIG')).rejects.toThrow(
      new ConfigError([`${path}: no such file or folder (named by environment WATCHER_CONFIG)`]),
    );
  });
});

test.each(['watcher.js', 'watcher.cjs', 'watcher.ts', 'watcher.toml', 'watcher', '.yaml', 'watcher.YAML'])(
  '%s is refused by its name, and not executed',
  async (name) => {
    const mark = join(tempFolder(), 'executed');
    const lines = await read(`require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`, name);
    expect(lines).toEqual([expect.stringMatching('ends in .yaml, .yml, .json')]);
    await expect(load(mark, null)).rejects.toThrow();
  },
);

test('a folder is not a file, and a FIFO does not make it wait', async () => {
  const folder = join(tempFolder(), 'x.yaml');
  mkdirSync(folder);
  await expect(load(folder, null)).rejects.toThrow(`${folder}: is a folder, not a file`);
  const fifo = join(tempFolder(), 'x.yaml');
  execFileSync('mkfifo', [fifo]);
  await expect(load(fifo, null)).rejects.toThrow(new ConfigError([`${fifo}: is not a regular file`]));
});

test('what keeps a file from being read is said in the words of the system', async () => {
  const path = join(tempFolder(), 'loop.yaml');
  symlinkSync('loop.yaml', path);
  await expect(load(path, null)).rejects.toThrow(
    new ConfigError([`${path}: cannot be read: too many symbolic links encountered`]),
  );
});

describe('a file that others may change', () => {
  const unsafe = (mode: number, folderMode = 0o755) => {
    const folder = join(tempFolder(), 'etc');
    mkdirSync(folder);
    const path = join(folder, 'watcher.yaml');
    writeFileSync(path, 'dry_run: true\nallow_unsafe_files: true\n');
    chmodSync(path, mode);
    chmodSync(folder, folderMode);
    return path;
  };

  test('is refused, also when it says of itself that it may be used', async () => {
    const path = unsafe(0o666);
    await expect(load(path, 'flag --config')).rejects.toThrow(
      `${path}: cannot be used: ${path} may be written by every user: run chmod o-w ${path} (named by flag --config); correct that, or start with --allow_unsafe_files`,
    );
    await expect(load(unsafe(0o644, 0o777), null)).rejects.toThrow(/etc may be written by every user/);
  });

  test('is read where a flag or the environment says so, with a warning', async () => {
    const path = unsafe(0o666);
    const { given, warnings } = await load(path, null, true);
    expect(given.size).toBe(2);
    expect(warnings).toEqual([
      `${path} may be written by every user: run chmod o-w ${path}; allow_unsafe_files lets ${path} be used`,
    ]);
  });

  test('is warned about when only its group may', async () => {
    const path = unsafe(0o664);
    expect((await load(path, null)).warnings).toEqual([
      expect.stringMatching(/may be written by its group \(gid \d+\)/),
    ]);
  });

  test('and any other one is read without a word', async () => {
    expect((await load(unsafe(0o644, 0o1777), null)).warnings).toEqual([]);
  });
});
