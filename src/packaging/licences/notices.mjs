import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const INTRODUCTION = `watcher carries the code of these packages, each under the licence that is printed with it.
The licence of watcher itself is in the file LICENSE.`;

/** Texts of ours, for packages that ship none of their own, or carry code of others without its licence. */
const SUPPLEMENTS = { '@viz-js/viz': ['viz-js.txt', 'EPL-2.0.txt'] };

/** Name, version, licence and its text of each package that esbuild's metafiles say has code in a bundle. */
export function notices(root, metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  // A package may bring another version of a package in a node_modules of its own.
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const parts = [...new Set(folders)].sort().map((folder) => notice(root, folder));
  return `${[INTRODUCTION, ...parts].join(`\n\n${'='.repeat(80)}\n\n`)}\n`;
}

function notice(root, folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)(\.\w+)?$/i.test(file));
  const own = files.sort().map((file) => join(root, folder, file));
  const ours = (SUPPLEMENTS[name] ?? []).map((file) => join(root, 'src', 'packaging', 'licences', file));
  const texts = [...own, ...ours].map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim());
  if (typeof license !== 'string' || texts.length === 0)
    throw new Error(`${folder}: without a licence and its text it cannot be shipped; add it to src/packaging/licences`);
  return `${name} ${version} (${license})\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}`;
}
