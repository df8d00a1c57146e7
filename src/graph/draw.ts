import { dot } from './dot.ts';
import { html } from './html.ts';
import { loadRecordings } from './load-recordings.ts';
import { MACHINE_NAMES, MACHINES } from './machines.ts';
import { mermaidOfAll } from './mermaid.ts';
import { modelOf } from './model.ts';
import { overlaysOf } from './overlays-of.ts';
import { readPageParts } from './page-parts.ts';
import type { GraphRequest } from './request.ts';
import { svg } from './svg.ts';

/** Draws what is asked for. `folder` has the page's script and style. Throws `ConfigError` for what is no recording. */
export async function draw(request: Omit<GraphRequest, 'output'>, folder: string): Promise<string> {
  const { format, machine, runs } = request;
  const names = machine === 'all' ? MACHINE_NAMES : [machine];
  const models = names.map((name) => modelOf(MACHINES[name]));
  const recordings = await loadRecordings(runs);
  const overlays = recordings[0] === undefined ? new Map() : overlaysOf(recordings[0].recording, names);
  switch (format) {
    case 'json':
      return `${JSON.stringify({ machines: models }, null, 2)}\n`;
    case 'mermaid':
      return mermaidOfAll(models, overlays);
    case 'dot':
      return dot(models, overlays);
    case 'svg':
      return svg(models, overlays);
    case 'html':
      return html(models, recordings, await readPageParts(folder));
  }
}
