import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../docs/marked-part.ts';

/** The folders of the packages whose code stands in a bundle, as its map says. */
export function bundledPackages(bundle: string): readonly string[] {
  const map = JSON.parse(readFileSync(join(ROOT, 'dist', `${bundle}.map`), 'utf8')) as {
    readonly sources: readonly string[];
  };
  const folders = map.sources.flatMap((source) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? []);
  return [...new Set(folders)];
}
