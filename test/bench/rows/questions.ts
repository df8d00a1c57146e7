import type { Bench, Measured } from '../figure.ts';
import { measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { ratioOf } from '../ratios.ts';
import { BARE_NODE } from './quiet-run.ts';

/** What is asked of the program beside a run. */
export async function questions({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const node = makeNode({ folder, ypUrl, sets: 3, pods: 10 });
  const version = { words: [process.execPath, program, '-version'], cwd: folder };
  const costs = await measureInTurn({ bare: BARE_NODE, version, config: node.watcher(program, 'config') }, rounds);
  const over = (name: 'version' | 'config') => ratioOf(costs[name], costs.bare).min;
  return {
    figures: [
      { what: '`-version` over `node -e 0`', value: over('version'), unit: '×', goal: 1.3 },
      { what: '`config` over `node -e 0`', value: over('config'), unit: '×', goal: 1.6 },
    ],
  };
}
