/** Whatever is bundled is named with its licence in dist/THIRD-PARTY.txt, which all packages carry. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledPackages } from '../../src/third-party/bundled-packages.ts';
import { notices } from '../../src/third-party/notices.ts';
import { ROOT } from '../docs/marked-part.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SHIPPED = ['watcher.cjs', 'graph.cjs'];

test('every package whose code stands in a bundle is named, with a licence that says whose it is', () => {
  const text = readFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), 'utf8');
  const parts = text.split(`\n\n${'='.repeat(80)}\n\n`).slice(1);
  // esbuild heads each piece with the path that it came from.
  const pieces = SHIPPED.flatMap((file) => [
    ...readFileSync(join(ROOT, 'dist', file), 'utf8').matchAll(/^ *\/\/ (node_modules\/\S+)$/gm),
  ]);
  const folders = new Set(pieces.map(([, path]) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path!)![0]));
  expect(folders.size).toBeGreaterThan(20);
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    const part = parts.find((candidate) => candidate.startsWith(`${name} ${version} (${license})\n`));
    expect(part, name).toBeDefined();
    expect(part, name).toMatch(/copyright|©|\(c\)|Isaac Z\. Schlueter/i);
  }
});

test('what Graphviz is made of is named in the versions that are bundled', async () => {
  const require = createRequire(import.meta.url);
  const text = readFileSync(join(ROOT, 'src', 'third-party', 'viz-js.txt'), 'utf8');
  const { graphvizVersion } = require('@viz-js/viz');
  expect(text).toContain(`Graphviz ${graphvizVersion}\n`);
  expect(text).toContain(`releases/${graphvizVersion}.`);
  const provenance = readFileSync(
    join(dirname(require.resolve('@viz-js/viz')), '..', 'lib', 'provenance.json'),
    'utf8',
  );
  expect(text).toContain(`Expat ${/expat-([\d.]+)\.tar/.exec(provenance)![1]}\n`);
});

test('a package counts that gave a bundle something, also one inside another', () => {
  const inputs = {
    'node_modules/a/index.js': { bytesInOutput: 1 },
    'node_modules/a/other.js': { bytesInOutput: 7 },
    'node_modules/@b/c/d/index.js': { bytesInOutput: 1 },
    'node_modules/a/node_modules/e/index.js': { bytesInOutput: 1 },
    'node_modules/nothing/index.js': { bytesInOutput: 0 },
    'src/main.ts': { bytesInOutput: 9 },
  };
  const bundles = [{ outputs: { 'dist/x.cjs': { inputs } } }, { outputs: { 'dist/y.cjs': { inputs } } }];
  expect(bundledPackages(bundles)).toEqual(['node_modules/@b/c', 'node_modules/a', 'node_modules/a/node_modules/e']);
});

test('the licence is that of the package, from its files or else from its README', () => {
  const root = tempFolder();
  addPackage(root, 'files', { 'LICENCE.md': 'Copyright One\n', NOTICE: 'Copyright Two\r\n', 'licences.js': 'code' });
  addPackage(root, 'readme', { 'README.md': '# readme\n\nText\n\nLicense\n-------\n\nCopyright Three\n\n# More\n' });
  const text = notices(root, ['node_modules/files', 'node_modules/readme']);
  expect(text).toContain(`files 1.0.0 (MIT)\n\nCopyright One\n\n${'-'.repeat(80)}\n\nCopyright Two\n`);
  expect(text).toMatch(/readme 1\.0\.0 \(MIT\)\n\nCopyright Three\n$/);
});

test('a package that says nothing of its licence stops the build', () => {
  const root = tempFolder();
  addPackage(root, 'silent', { 'README.md': '# silent\n\nLicense: see elsewhere\n' });
  expect(() => notices(root, ['node_modules/silent'])).toThrow('node_modules/silent: no licence text; add one to');
});

function addPackage(root: string, name: string, files: Readonly<Record<string, string>>): void {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', license: 'MIT' }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}
