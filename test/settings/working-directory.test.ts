import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

const home = process.cwd();
afterEach(() => process.chdir(home));

test('nothing in the working directory is executed or read as configuration', async () => {
  const folder = tempFolder();
  const mark = join(folder, 'executed');
  const program = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''); module.exports = { dry_run: true };`;
  mkdirSync(join(folder, '.config'));
  for (const name of ['watcher.config.js', 'watcher.config.cjs', '.watcherrc.js', '.watcherrc.cjs']) {
    writeFileSync(join(folder, name), program);
  }
  for (const name of ['config.js', 'config.cjs', 'watcherrc.js']) writeFileSync(join(folder, '.config', name), program);
  for (const name of ['.watcherrc', '.watcherrc.yaml', 'watcher.yaml'])
    writeFileSync(join(folder, name), 'dry_run: true');
  // A broken one would break a program that looks at it.
  writeFileSync(join(folder, 'package.json'), '{"watcher": {"dry_run": true}, "cosmiconfig": ');
  const named = join(tempFolder(), 'named.yaml');
  writeFileSync(named, 'force_run: true\n');

  process.chdir(folder);
  const { settings } = await loadSettings({ config: named }, {}, folder);
  expect(settings).toMatchObject({ dryRun: false, forceRun: true });
  expect(existsSync(mark)).toBe(false);
});
