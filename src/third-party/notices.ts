import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { licenceText } from './licence-text.ts';

const INTRODUCTION = `watcher carries the code of these packages, each under the licence that is printed with it.
The licence of watcher itself is in the file LICENSE.`;

/**
 * The name, version, licence and licence text of each of the packages, whose `folders` are relative to `root`. Throws
 * an Error that names the package for one that says nothing of its licence.
 */
export function notices(root: string, folders: readonly string[]): string {
  return [INTRODUCTION, ...folders.map((folder) => notice(root, folder))]
    .join(`\n\n${'='.repeat(80)}\n\n`)
    .concat('\n');
}

function notice(root: string, folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${folder}/package.json: no "license", so it cannot be shipped`);
  return `${name} ${version} (${license})\n\n${licenceText(root, folder, name)}`;
}
