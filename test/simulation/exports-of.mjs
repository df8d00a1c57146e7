import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** What a TypeScript file of this folder exports. */
export async function exportsOf(file) {
  const { outputFiles } = await build({
    entryPoints: [join(here, file)],
    format: 'esm',
    platform: 'node',
    write: false,
    bundle: true,
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}
