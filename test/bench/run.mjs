/**
 * Measures what the built program costs, beside what people would use instead.
 *
 *   npm run bench -- [--rounds N] [--only ROW,ROW]                      prints the figures
 *   npm run bench -- --write [--rounds N] [--only ROW,ROW]              and writes them to docs/performance.md
 *   npm run bench -- --check                                            compares one ratio with the stated one, for CI
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'watcher-bench-'));
const outfile = join(folder, 'bench.mjs');
try {
  buildSync({
    entryPoints: [join(import.meta.dirname, 'bench.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Some of the packages in it are written for `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const { bench } = await import(outfile);
  await bench(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
