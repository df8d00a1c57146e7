import { dot } from './dot.ts';
import { html } from './html.ts';
import type { Loaded } from './load-recordings.ts';
import { MACHINE_NAMES, MACHINES } from './machines.ts';
import { mermaid } from './mermaid.ts';
import { modelOf } from './model.ts';
import { overlaysOf } from './overlays-of.ts';
import { type ReadPart, readPageParts } from './page-parts.ts';
import type { GraphRequest } from './request.ts';
import { svg } from './svg.ts';

/** What is drawn. Formats that show one run show the first. */
export interface Drawing extends Pick<GraphRequest, 'format' | 'machine'> {
  readonly recordings: readonly Loaded[];
  readonly readPart: ReadPart;
}

/** Draws machines, with recorded runs laid over them. */
export async function draw({ format, machine, recordings, readPart }: Drawing): Promise<string> {
  const names = machine === 'all' ? MACHINE_NAMES : [machine];
  const models = names.map((name) => modelOf(MACHINES[name]));
  const overlays = recordings[0] === undefined ? new Map() : overlaysOf(recordings[0].recording, names);
  switch (format) {
    case 'json':
      return `${JSON.stringify({ machines: models }, null, 2)}\n`;
    case 'mermaid':
      return mermaid(models, overlays);
    case 'dot':
      return dot(models, overlays);
    case 'svg':
      return svg(models, overlays);
    case 'html':
      return html(models, recordings, await readPageParts(readPart));
  }
}
