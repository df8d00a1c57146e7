import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportsOf } from './exports-of.mjs';
import { isOfProcess, withGlobals } from './node/plugin.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** Builds the planted bugs into drivers and services, each behind a switch that mutant.ts turns. */
export async function planted() {
  const { PLANTED_IN_DRIVERS } = await exportsOf('planted-in-drivers.ts');
  const { PLANTED_ON_THE_NODE } = await exportsOf('planted-on-the-node.ts');
  const byFile = grouped([...PLANTED_IN_DRIVERS, ...PLANTED_ON_THE_NODE]);
  return {
    name: 'planted bugs',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        if (!isOfProcess(path)) return undefined;
        const text = (byFile.get(path) ?? []).reduce(withBug, readFileSync(path, 'utf8'));
        return { contents: withGlobals(text), loader: 'ts' };
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
