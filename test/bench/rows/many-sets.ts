import { join } from 'node:path';
import type { Bench, Figure, Measured } from '../figure.ts';
import { type Cost, measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { cheapest, ratioOf } from '../ratios.ts';
import { BARE_NODE } from './quiet-run.ts';

const PODS = 100;
const SIZES = [100, 1_000, 10_000] as const;
const ROUNDS_MAX = 3;

/** How the cost of a quiet run grows with its sets, beside a client that only fetches and parses. */
export async function manySets({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  const spent: number[] = [];
  let largest: readonly Cost[] = [];
  for (const sets of SIZES) {
    const node = makeNode({ folder: join(folder, `${sets}-sets`), ypUrl, sets, pods: PODS });
    const commands = { bare: BARE_NODE, plain: node.other('plain-client.cjs'), watcher: node.watcher(program) };
    const isLong = sets > 1_000;
    const costs = await measureInTurn(commands, isLong ? 1 : Math.min(rounds, ROUNDS_MAX), !isLong);
    largest = costs.watcher;
    spent.push(cheapest(costs.watcher) - cheapest(costs.bare));
    const goal = sets === 1_000 ? 2.5 : null;
    const { min: value } = ratioOf(costs.watcher, costs.plain);
    figures.push({ what: `${sets} sets over a plain \`node:http\` client with JSON.parse`, value, unit: '×', goal });
  }
  const slope = Math.log(spent.at(-1)! / spent[0]!) / Math.log(SIZES.at(-1)! / SIZES[0]);
  const peak = Math.max(...largest.map(({ peakMb }) => peakMb));
  return {
    figures: [
      ...figures,
      { what: 'growth from 100 to 10000 sets, log-log', value: slope, unit: '', goal: 1 },
      { what: 'CPU of 10000 sets', value: cheapest(largest) / 1_000, unit: 's', goal: null },
      { what: 'memory of 10000 sets', value: peak, unit: 'MB', goal: 500 },
    ],
  };
}
