import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findStatFile } from '../../src/config/find-stat-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

const standard = '/tmp/watcher_stats.json';

function fileWith(content: string): string {
  const path = join(tempFolder(), 'watcher.yaml');
  writeFileSync(path, content);
  return path;
}

test('the statistics are where flag, environment or file say, in this order', async () => {
  const config = fileWith('stat_file: from-file.json');
  const env = { WATCHER_STAT_FILE: 'from-env.json' };
  expect(await findStatFile({ config, stat_file: 'from-flag.json' }, env, '/cwd')).toEqual({
    statFile: '/cwd/from-flag.json',
    warning: null,
  });
  expect(await findStatFile({ config }, env, '/cwd')).toEqual({ statFile: '/cwd/from-env.json', warning: null });
  expect(await findStatFile({ config }, {}, '/cwd')).toEqual({
    statFile: join(config, '../from-file.json'),
    warning: null,
  });
  expect(await findStatFile({ config: fileWith('') }, {}, '/cwd')).toEqual({ statFile: standard, warning: null });
});

test('mistakes in other settings do not matter', async () => {
  const config = fileWith('lock: nope\nnope: 1\nstat_file: /s\nlog_file:\n');
  expect(await findStatFile({ config, dry_run: 'maybe' }, { WATCHER_NOPE: '1', WATCHER_LOCK: '?' }, '/')).toEqual({
    statFile: '/s',
    warning: null,
  });
});

test.each(['- a list', 'stat_file: [a]', 'a: "', '{'.repeat(20_000)])(
  'a broken file gives one warning: %j',
  async (content) => {
    const config = fileWith(content);
    const { statFile, warning } = await findStatFile({ config }, {}, '/');
    expect(statFile).toBe(standard);
    expect(warning).toMatch(/^\/.*watcher\.yaml:1: .*; showing \/tmp\/watcher_stats\.json instead$/);
  },
);

test('a file that is not there gives a warning when it was named', async () => {
  expect((await findStatFile({ config: '/nowhere.yaml' }, {}, '/')).warning).toMatch('no such file');
});

test('a broken file is not even read when a flag says where the statistics are', async () => {
  const config = fileWith('- a list');
  expect(await findStatFile({ config, stat_file: '/s' }, {}, '/')).toEqual({ statFile: '/s', warning: null });
});

test('a wrong flag for the statistics themselves is a mistake', async () => {
  await expect(findStatFile({ stat_file: '' }, {}, '/')).rejects.toThrow('flag --stat_file: the value is empty');
});
