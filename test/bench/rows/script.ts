import { join } from 'node:path';
import type { Bench, Figure, Measured } from '../figure.ts';
import { measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { ratioOf } from '../ratios.ts';

/** Sets, the rounds that are enough for as many, and how many times cheaper than the script watcher ought to be. */
const SIZES = [
  { sets: 2, share: 1, goal: 1 },
  { sets: 10, share: 0.5, goal: null },
  { sets: 100, share: 0.25, goal: 15 },
] as const;

/** The script that people write instead, which checks nothing, for a few sets and for many. */
export async function script({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  for (const { sets, share, goal } of SIZES) {
    const node = makeNode({ folder: join(folder, `${sets}-sets`), ypUrl, sets, pods: 10 });
    const commands = { script: node.other('script.sh'), watcher: node.watcher(program) };
    const costs = await measureInTurn(commands, Math.max(3, Math.round(rounds * share)));
    const value = ratioOf(costs.script, costs.watcher).min;
    figures.push({ what: `the script, ${sets} sets of 10 pods, over watcher`, value, unit: '×', goal, isLeast: true });
  }
  return { figures };
}
