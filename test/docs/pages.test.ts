/** What the pages show can be used as it stands there: configurations load, JSON parses, links lead somewhere. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { ROOT, readPage } from './marked-part.ts';

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(pages)('%s: every YAML is a right configuration, every JSON is whole', async (page) => {
  const config = join(tempFolder(), 'watcher.yaml');
  for (const yaml of codeOf(page, 'yaml')) {
    writeFileSync(config, yaml);
    await expect(loadSettings({ config }, {}, '/'), yaml).resolves.toBeDefined();
  }
  for (const json of codeOf(page, 'json')) expect(() => JSON.parse(json), json).not.toThrow();
});

test.each(pages)('%s: links lead to files, and to headings that are there', (page) => {
  const targets = [...readPage(page).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"]+)"/g)]
    .map(([, link, attribute]) => (link ?? attribute)!)
    .filter((target) => !/^[a-z]+:/.test(target));
  expect(targets.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
});

test('README links every page', () => {
  const unworded = pages.filter((page) => page !== 'README.md' && !readPage('README.md').includes(`](${page})`));
  expect(unworded, 'these are missing in the table "Read on" of README.md').toEqual([]);
});

function codeOf(page: string, language: string): string[] {
  return [...readPage(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);
}

function leadsSomewhere(page: string, target: string): boolean {
  const [file, heading] = decodeURI(target).split('#');
  const path = file === '' ? page : join(dirname(page), file!);
  if (!existsSync(join(ROOT, path))) return false;
  return heading === undefined || headingsOf(path).includes(heading);
}

/** As GitHub names them: lower case, words joined by dashes, the rest left out. */
function headingsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
