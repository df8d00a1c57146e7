import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOG } from '../../src/settings/catalog.ts';
import { keyTable } from '../../src/settings/key-table.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { expectFresh } from '../docs/marked-part.ts';
import { tempFolder } from '../support/temp-folder.ts';

const { allKeys } = CATALOG;

const page = new URL('../../docs/configuration.md', import.meta.url);

test('the table of docs/configuration.md is made from the key table', () => {
  expect(keyTable(allKeys)).toContain('| `dry_run` |');
  expectFresh('docs/configuration.md', 'keys', `\n${keyTable(allKeys)}`);
});

test('the example of docs/configuration.md is a right configuration', async () => {
  const [, example] = /```yaml\n(.*?)```/s.exec(readFileSync(page, 'utf8'))!;
  const config = join(tempFolder(), 'watcher.yaml');
  writeFileSync(config, example!);
  expect((await loadSettings({ config }, {}, '/')).settings).toMatchObject({
    haproxyRefreshCommand: ['systemctl', 'reload', 'haproxy'],
    maxShrinkPercent: 50,
  });
});
