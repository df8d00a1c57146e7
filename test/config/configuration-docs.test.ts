import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allKeys, type Key } from '../../src/config/keys.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

const page = new URL('../../docs/configuration.md', import.meta.url);

test('the table of docs/configuration.md is made from the key table', () => {
  const current = readFileSync(page, 'utf8');
  const fresh = current.replace(/<!-- keys -->.*<!-- \/keys -->/s, () => `<!-- keys -->\n${table()}<!-- /keys -->`);
  expect(fresh).toContain('| `dry_run` |');
  if (process.env['UPDATE_DOCS']) writeFileSync(page, fresh);
  else expect(current, 'the keys changed: run UPDATE_DOCS=1 npm test and read the diff').toBe(fresh);
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

function table(): string {
  const groups = [...new Set(allKeys.map(({ group }) => group))];
  return groups.map((group) => `\n## ${group}\n\n${rows(allKeys.filter((key) => key.group === group))}\n`).join('');
}

function rows(keys: readonly Key<unknown>[]): string {
  const lines = keys.map((key) => {
    const alias = key.alias === null ? '' : ` In a file also \`${key.alias}\`.`;
    const secret = key.secret ? ' Never shown.' : '';
    const cells = [`\`${key.name}\``, key.type.placeholder, `\`${key.default}\``, `${key.doc}${alias}${secret}`];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}
