import { compileFunction } from 'node:vm';
import { ConfigError } from '../config/config-error.ts';
import { readProgramFile } from '../files/program-file.ts';
import { replaceFile } from '../files/replace-file.ts';
import type { draw } from '../graph/draw.ts';
import { loadRecordings } from '../graph/load-recordings.ts';
import { graphRequest } from '../graph/request.ts';
import { asRefused } from '../replay/replay-file.ts';
import type { Answer, Asked } from './command.ts';

/**
 * `watcher graph`: the drawing, ready to be printed, or nothing where it went to a file. Throws `ConfigError` for a
 * word that it does not know and for a recording that cannot be read, `FileProblem` for a file that cannot be read or written.
 */
export async function drawGraph(own: Asked['own']): Promise<Answer> {
  const { runs, output, ...request } = graphRequest(own);
  const recordings = await loadRecordings(runs);
  const { draw } = await loadBundle();
  const drawing = await draw({ ...request, recordings, readPart: readProgramFile }).catch((error) => {
    // Without recordings only the program itself can be at fault.
    throw runs.length === 0 ? error : new ConfigError([`${runs[0]}: ${asRefused(error).message}`]);
  });
  if (output === null) return { text: drawing, code: 0 };
  await replaceFile(output, drawing, 0o644);
  return { text: '', code: 0 };
}

/**
 * What only drawings need, Graphviz above all, stands in a bundle of its own: cron's runs never load it. It is compiled
 * from its text, because inside a single executable there is no file to import.
 */
async function loadBundle(): Promise<{ readonly draw: typeof draw }> {
  const module = { exports: {} };
  const scope = { module, exports: module.exports, require, __filename, __dirname };
  const code = await readProgramFile('graph.cjs');
  compileFunction(code, Object.keys(scope), { filename: 'graph.cjs' })(...Object.values(scope));
  return module.exports as { readonly draw: typeof draw };
}
