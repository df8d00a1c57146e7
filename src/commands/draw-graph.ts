import { ConfigError } from '../config/config-error.ts';
import { loadBundle } from '../files/program-bundle.ts';
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
  // Graphviz above all is what only drawings need.
  const graph = await loadBundle<{ readonly draw: typeof draw }>('graph.cjs');
  const drawing = await graph.draw({ ...request, recordings, readPart: readProgramFile }).catch((error) => {
    // Without recordings only the program itself can be at fault.
    throw runs.length === 0 ? error : new ConfigError([`${runs[0]}: ${asRefused(error).message}`]);
  });
  if (output === null) return { text: drawing, code: 0 };
  await replaceFile(output, drawing, 0o644);
  return { text: '', code: 0 };
}
