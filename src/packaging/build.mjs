// Builds dist/, in the project's folder: `node src/packaging/build.mjs [BUNDLE…]`.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLES, SHIPPED } from './bundles.mjs';
import { notices } from './licences/notices.mjs';

const packaging = ['debian', 'binary'];
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(BUNDLES).filter((name) => !packaging.includes(name));

const built = await Promise.all(
  names.map(async (name) => [name, await build({ ...BUNDLES[name], metafile: true, logLevel: 'warning' })]),
);
const shipped = built.filter(([name]) => SHIPPED.includes(name)).map(([, { metafile }]) => metafile);
if (shipped.length === SHIPPED.length) writeFileSync('dist/THIRD-PARTY.txt', notices('.', shipped));
