import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** Builds the bugs of planted-in-drivers.ts into the drivers, each behind a switch that mutant.ts turns. */
export async function planted() {
  const table = await build({ entryPoints: [join(here, 'planted-in-drivers.ts')], format: 'esm', write: false });
  const source = Buffer.from(table.outputFiles[0].contents).toString('base64');
  const { PLANTED_IN_DRIVERS } = await import(`data:text/javascript;base64,${source}`);
  const byFile = grouped(PLANTED_IN_DRIVERS);
  return {
    name: 'planted bugs',
    setup({ onLoad }) {
      onLoad({ filter: /src[\\/]locks[\\/].*\.ts$/ }, ({ path }) => {
        const plantings = byFile.get(path);
        return plantings && { contents: plantings.reduce(withBug, readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}

function withBug(text, { plant, file, sound, broken }) {
  const parts = text.split(sound);
  if (parts.length !== 2) {
    const what = `the planted bug ${plant} does not fit ${file}`;
    throw new Error(`${what}: expected "${sound}" once, found it ${parts.length - 1} times`);
  }
  return parts.join(broken.replaceAll('PLANTED', `globalThis.planted?.has('${plant}')`));
}

function grouped(plantings) {
  const byFile = new Map();
  for (const each of plantings) {
    const path = join(root, each.file);
    byFile.set(path, [...(byFile.get(path) ?? []), each]);
  }
  return byFile;
}
