import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { replaceFile } from '../files/replace-file.ts';
import type { draw } from '../graph/draw.ts';
import { loadRecordings } from '../graph/load-recordings.ts';
import type { GraphRequest } from '../graph/request.ts';

/**
 * `watcher graph`: the drawing, ready to be printed, or nothing where it went to a file. Throws `ConfigError` for a
 * recording that cannot be read, `FileProblem` for a file that cannot be written.
 */
export async function drawGraph({ runs, output, ...request }: GraphRequest): Promise<string> {
  const recordings = await loadRecordings(runs);
  // What only drawings need, Graphviz above all, stands in a bundle of its own: cron's runs never load it.
  const bundle = (await import(pathToFileURL(join(__dirname, 'graph.cjs')).href)) as { readonly draw: typeof draw };
  const drawing = await bundle.draw({ ...request, recordings, folder: __dirname });
  if (output === null) return drawing;
  await replaceFile(output, drawing, 0o644);
  return '';
}
