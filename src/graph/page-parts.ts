import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The program of the page and its style, as they were bundled. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** Reads them from the folder that the build put them into. */
export async function readPageParts(folder: string): Promise<PageParts> {
  const [script, style] = await Promise.all(
    ['graph-page.js', 'graph-page.css'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { script: script!, style: style! };
}
