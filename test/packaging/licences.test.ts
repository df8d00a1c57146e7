/** Whatever is bundled is named with its licence in dist/THIRD-PARTY.txt, which all packages carry. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { notices } from '../../src/packaging/licences/notices.mjs';
import { ROOT } from '../docs/marked-part.ts';
import { bundledPackages } from '../support/bundled-packages.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SHIPPED = ['watcher.cjs', 'graph.cjs', 'prime.cjs'];

test('every package whose code stands in a bundle is named, with a licence that says whose it is', () => {
  const text = readFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), 'utf8');
  const parts = text.split(`\n\n${'='.repeat(80)}\n\n`).slice(1);
  const folders = new Set(SHIPPED.flatMap(bundledPackages));
  expect(folders.size).toBeGreaterThan(10);
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    const part = parts.find((candidate) => candidate.startsWith(`${name} ${version} (${license})\n`));
    expect(part, name).toBeDefined();
    expect(part, name).toMatch(/copyright|©|\(c\)|Isaac Z\. Schlueter/i);
  }
});

test('what Graphviz is made of is named in the versions that are bundled', async () => {
  const require = createRequire(import.meta.url);
  const text = readFileSync(join(ROOT, 'src', 'packaging', 'licences', 'viz-js.txt'), 'utf8');
  const { graphvizVersion } = require('@viz-js/viz');
  expect(text).toContain(`Graphviz ${graphvizVersion}\n`);
  expect(text).toContain(`releases/${graphvizVersion}.`);
  const provenance = readFileSync(
    join(dirname(require.resolve('@viz-js/viz')), '..', 'lib', 'provenance.json'),
    'utf8',
  );
  expect(text).toContain(`Expat ${/expat-([\d.]+)\.tar/.exec(provenance)![1]}\n`);
});

test('a package counts that gave a bundle something, also one inside another, with all its licence files', () => {
  const root = tempFolder();
  addPackage(root, 'a', { 'LICENCE.md': 'Copyright One\n', NOTICE: 'Copyright Two\r\n', 'licences.js': 'code' });
  addPackage(root, 'a/node_modules/b', { LICENSE: 'Copyright Three' });
  addPackage(root, 'nothing', {});
  const inputs = {
    'node_modules/a/index.js': { bytesInOutput: 1 },
    'node_modules/a/other.js': { bytesInOutput: 7 },
    'node_modules/a/node_modules/b/index.js': { bytesInOutput: 1 },
    'node_modules/nothing/index.js': { bytesInOutput: 0 },
    'src/main.ts': { bytesInOutput: 9 },
  };
  const [, ...parts] = notices(root, [metafileOf(inputs)]).split(`\n\n${'='.repeat(80)}\n\n`);
  expect(parts).toEqual([
    `a 1.0.0 (MIT)\n\nCopyright One\n\n${'-'.repeat(80)}\n\nCopyright Two`,
    'a/node_modules/b 1.0.0 (MIT)\n\nCopyright Three\n',
  ]);
});

test('a package that says nothing of its licence stops the build', () => {
  const root = tempFolder();
  addPackage(root, 'silent', { 'README.md': '# silent\n' });
  const inputs = { 'node_modules/silent/index.js': { bytesInOutput: 1 } };
  expect(() => notices(root, [metafileOf(inputs)])).toThrow(
    'node_modules/silent: without a licence and its text it cannot be shipped',
  );
});

function metafileOf(inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>) {
  return { outputs: { 'dist/x.cjs': { inputs, bytes: 0, imports: [], exports: [] } } };
}

function addPackage(root: string, name: string, files: Readonly<Record<string, string>>): void {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', license: 'MIT' }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}
