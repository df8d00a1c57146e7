import { html } from '../../src/graph/html.ts';
import { MACHINE_NAMES, MACHINES } from '../../src/graph/machines.ts';
import { modelOf } from '../../src/graph/model.ts';
import { readPageParts } from '../../src/graph/page-parts.ts';
import { readBuilt } from './dist.ts';
import type { Recorded } from './record-rollout.ts';

const models = MACHINE_NAMES.map((name) => modelOf(MACHINES[name]));
const pages = new Map<string, Promise<string>>();

/** The page with these recordings. To lay the graphs out takes longer than all else, so each page is drawn once. */
export function pageText(recordings: readonly Recorded[]): Promise<string> {
  const key = JSON.stringify(recordings);
  const drawn = pages.get(key) ?? readPageParts(readBuilt).then((parts) => html(models, recordings, parts));
  pages.set(key, drawn);
  return drawn;
}
