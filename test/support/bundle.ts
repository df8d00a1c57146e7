import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { madeOnce } from './made-once.ts';

/** Bundles a TypeScript program into one file that a plain `node` can run, once for all tests, and answers its path. */
export function bundle(entry: string): string {
  return madeOnce(`${basename(entry, '.ts')}.cjs`, (outfile) =>
    buildSync({
      entryPoints: [join(import.meta.dirname, '..', '..', entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    }),
  );
}
