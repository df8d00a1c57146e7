import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allKeys, type Key } from '../../src/config/keys.ts';

const page = new URL('../../docs/configuration.md', import.meta.url);

test('the table of docs/configuration.md is made from the key table', () => {
  const current = readFileSync(page, 'utf8');
  const fresh = current.replace(/<!-- keys -->.*<!-- \/keys -->/s, () => `<!-- keys -->\n${table()}<!-- /keys -->`);
  expect(fresh).toContain('| `dry_run` |');
  if (process.env['UPDATE_DOCS']) writeFileSync(page, fresh);
  else expect(current, 'the keys changed: run UPDATE_DOCS=1 npm test and read the diff').toBe(fresh);
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
