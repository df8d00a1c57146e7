import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundled, bundledPackages } from './bundled-packages.ts';
import { notices } from './notices.ts';

/** Run in the project's folder by `npm run build`, after the bundles that the packages ship. */
const BUNDLES = ['watcher', 'graph', 'graph-page'];

const bundles = BUNDLES.map((name) => JSON.parse(readFileSync(join('dist', `${name}.meta.json`), 'utf8')) as Bundled);
try {
  writeFileSync(join('dist', 'THIRD-PARTY.txt'), notices('.', bundledPackages(bundles)));
} catch (error) {
  process.stderr.write(`third-party: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
