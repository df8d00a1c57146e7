import { join } from 'node:path';
import type { Bench, Measured } from '../figure.ts';
import { BUNDLE } from '../installed.ts';
import { type Command, measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { cheapest, type Ratio, ratioOf } from '../ratios.ts';

export const BARE_NODE: Command = { words: [process.execPath, '-e', '0'], cwd: '/' };

/** A run that finds nothing to do, beside a program that only reads and writes what such a run must, and beside none. */
export async function quietRun({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const { node, ...others } = quietPrograms(folder, program, ypUrl);
  const costs = await measureInTurn({ ...others, bundle: node.watcher(BUNDLE) }, rounds);
  const [toFloor, toBare] = [ratioOf(costs.watcher, costs.floor), ratioOf(costs.watcher, costs.bare)];
  return {
    figures: [
      { what: 'over the floor program, of the cheapest runs', value: toFloor.min, unit: '×', goal: 2.2 },
      { what: 'over the floor program, median of pairs', value: toFloor.median, unit: '×', goal: null },
      { what: 'over `node -e 0`, of the cheapest runs', value: toBare.min, unit: '×', goal: null },
      { what: 'over `node -e 0`, median of pairs', value: toBare.median, unit: '×', goal: null },
      {
        what: 'without compiled code (`node dist/watcher.cjs`), over the floor program',
        value: ratioOf(costs.bundle, costs.floor).min,
        unit: '×',
        goal: null,
      },
      { what: 'CPU of the cheapest run', value: cheapest(costs.watcher), unit: 'ms', goal: null },
    ],
  };
}

/** The one ratio that CI looks at. */
export async function quietRatio({ program, rounds, folder, ypUrl }: Bench): Promise<Ratio> {
  const { watcher, floor } = quietPrograms(folder, program, ypUrl);
  const costs = await measureInTurn({ watcher, floor }, rounds);
  return ratioOf(costs.watcher, costs.floor);
}

function quietPrograms(folder: string, program: string, ypUrl: string) {
  const node = makeNode({ folder: join(folder, 'node'), ypUrl, sets: 3, pods: 10 });
  return { node, bare: BARE_NODE, floor: node.other('floor.cjs'), watcher: node.watcher(program) };
}
