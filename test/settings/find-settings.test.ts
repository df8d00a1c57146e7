import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment, Flags } from '../../src/config/sources.ts';
import { findSettings } from '../../src/settings/find-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

const standard = '/tmp/watcher_stats.json';

const findStatFile = async (flags: Flags, env: Environment, cwd: string) => {
  const { settings, warnings } = await findSettings(['statFile'], flags, env, cwd);
  return { ...settings, warnings };
};

function fileWith(content: string): string {
  const path = join(tempFolder(), 'watcher.yaml');
  writeFileSync(path, content);
  return path;
}

describe('one setting', () => {
  test('is what flag, environment or file say, in this order', async () => {
    const config = fileWith('stat_file: from-file.json');
    const env = { WATCHER_STAT_FILE: 'from-env.json' };
    expect(await findStatFile({ config, stat_file: 'from-flag.json' }, env, '/cwd')).toEqual({
      statFile: '/cwd/from-flag.json',
      warnings: [],
    });
    expect(await findStatFile({ config }, env, '/cwd')).toEqual({ statFile: '/cwd/from-env.json', warnings: [] });
    expect(await findStatFile({ config }, {}, '/cwd')).toEqual({
      statFile: join(config, '../from-file.json'),
      warnings: [],
    });
    expect(await findStatFile({ config: fileWith('log_level: INFO') }, {}, '/cwd')).toEqual({
      statFile: standard,
      warnings: [],
    });
  });

  test('does not mind mistakes in others', async () => {
    const config = fileWith("lock: nope\nnope: 1\nstat_file: /s\nlog_file:\nyt_lock_path: 'unknown: write it'\n");
    expect(await findStatFile({ config, dry_run: 'maybe' }, { WATCHER_NOPE: '1', WATCHER_LOCK: '?' }, '/')).toEqual({
      statFile: '/s',
      warnings: [],
    });
  });

  test.each(['- a list', 'stat_file: [a]', 'stat_file:', 'a: "', '{'.repeat(20_000)])(
    'has its default, and one warning, where the file is broken: %j',
    async (content) => {
      const config = fileWith(content);
      const { statFile, warnings } = await findStatFile({ config }, {}, '/');
      expect(statFile).toBe(standard);
      expect(warnings).toEqual([
        expect.stringMatching(/^\/.*watcher\.yaml:1: .*; using stat_file \/tmp\/watcher_stats\.json instead$/),
      ]);
    },
  );

  test('has a warning where the file was named and is not there', async () => {
    expect((await findStatFile({ config: '/nowhere.yaml' }, {}, '/')).warnings).toEqual([
      expect.stringContaining('no such file'),
    ]);
  });

  test('that is a flag needs no file: a broken one is not even read', async () => {
    const config = fileWith('- a list');
    expect(await findStatFile({ config, stat_file: '/s' }, {}, '/')).toEqual({ statFile: '/s', warnings: [] });
  });

  test('that is a wrong flag is a mistake', async () => {
    await expect(findStatFile({ stat_file: '' }, {}, '/')).rejects.toThrow(
      'flag --stat_file: the value is empty: give one, or leave it out',
    );
  });
});

describe('several settings', () => {
  const find = (flags: Flags) => findSettings(['runLockFile', 'stateFile'], flags, {}, '/');
  const defaults = { runLockFile: '/var/run/watcher.pid', stateFile: '/var/lib/yandex/market-watcher/state.json' };

  test('come from where each of them is given', async () => {
    const config = fileWith('run_lock_file: /file/pid\nstate_file: /file/state\n');
    expect(await find({ config, state_file: '/flag/state' })).toEqual({
      settings: { runLockFile: '/file/pid', stateFile: '/flag/state' },
      problems: [],
      warnings: [],
    });
  });

  test('fall back one by one where the file has one of them wrong', async () => {
    const config = fileWith('run_lock_file: [a]\nstate_file: /file/state\n');
    const { settings, warnings } = await find({ config });
    expect(settings).toEqual({ ...defaults, stateFile: '/file/state' });
    expect(warnings).toEqual([expect.stringMatching(/; using run_lock_file \/var\/run\/watcher\.pid instead$/)]);
  });

  test('have one warning together where the file cannot be used', async () => {
    const { settings, problems, warnings } = await find({ config: fileWith('- a list') });
    expect(settings).toEqual(defaults);
    expect(problems).toEqual([expect.stringMatching(/watcher\.yaml:1: must be a map/)]);
    expect(warnings).toEqual([
      expect.stringMatching(/; using run_lock_file \/var\/run\/watcher\.pid and state_file \/var\/lib\/.* instead$/),
    ]);
  });
});
