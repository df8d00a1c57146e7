import { graphsOf, pageOf } from '../../src/graph/html.ts';
import { MACHINE_NAMES, MACHINES } from '../../src/graph/machines.ts';
import { modelOf } from '../../src/graph/model.ts';
import { readPageParts } from '../../src/graph/page-parts.ts';
import { once } from '../support/once.ts';
import { readBuilt } from './dist.ts';
import type { Recorded } from './record-rollout.ts';

const models = MACHINE_NAMES.map((name) => modelOf(MACHINES[name]));
const graphs = once(() => graphsOf(models));

/** The page with these recordings. The graphs take longest, and are the same in each. */
export async function pageText(recordings: readonly Recorded[]): Promise<string> {
  return pageOf({ models, graphs: await graphs() }, recordings, await readPageParts(readBuilt));
}
