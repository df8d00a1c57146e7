import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a TypeScript program of the tests into one file in `folder` that a plain `node` can run, and answers its path. */
export function bundle(entry: string, folder: string): string {
  const outfile = join(folder, 'program.cjs');
  const entryPoints = [join(import.meta.dirname, '..', '..', entry)];
  buildSync({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
}
