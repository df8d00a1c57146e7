import { join } from 'node:path';
import type { Bench, Measured } from '../figure.ts';
import { type Command, measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { cheapest, type Ratio, ratioOf } from '../ratios.ts';

export const BARE_NODE: Command = { words: [process.execPath, '-e', '0'], cwd: '/' };

/** A run that finds nothing to do, beside a program that only reads and writes what such a run must, and beside none. */
export async function quietRun({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const costs = await measureInTurn(quietPrograms(folder, program, ypUrl), rounds);
  const [toFloor, toBare] = [ratioOf(costs.watcher, costs.floor), ratioOf(costs.watcher, costs.bare)];
  return {
    figures: [
      { what: 'over the floor program, of the cheapest runs', value: toFloor.min, unit: '×', goal: 2.2 },
      { what: 'over the floor program, median of pairs', value: toFloor.median, unit: '×', goal: null },
      { what: 'over `node -e 0`, of the cheapest runs', value: toBare.min, unit: '×', goal: null },
      { what: 'over `node -e 0`, median of pairs', value: toBare.median, unit: '×', goal: null },
      { what: 'CPU of the cheapest run', value: cheapest(costs.watcher), unit: 'ms', goal: null },
    ],
  };
}

/** The one ratio that CI looks at. */
export async function quietRatio({ program, rounds, folder, ypUrl }: Bench): Promise<Ratio> {
  const { watcher, floor } = await measureInTurn(quietPrograms(folder, program, ypUrl), rounds);
  return ratioOf(watcher, floor);
}

function quietPrograms(folder: string, program: string, ypUrl: string) {
  const node = makeNode({ folder: join(folder, 'node'), ypUrl, sets: 3, pods: 10 });
  return { bare: BARE_NODE, floor: node.other('floor.cjs'), watcher: node.watcher(program) };
}
