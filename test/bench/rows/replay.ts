import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measured } from '../figure.ts';
import { measure, measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { cheapest } from '../ratios.ts';
import { BARE_NODE } from './quiet-run.ts';

const RECORDINGS = 1_000;

/** How many recordings of quiet runs are replayed in a second of CPU. */
export async function replay({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const node = makeNode({ folder, ypUrl, sets: 3, pods: 10, settings: { record_dir: join(folder, 'one') } });
  await measure(node.watcher(program));
  const [one] = readdirSync(join(folder, 'one')).filter((name) => name.endsWith('.jsonl'));
  const many = join(folder, 'many');
  mkdirSync(many);
  for (let copy = 0; copy < RECORDINGS; copy += 1) copyFileSync(join(folder, 'one', one!), join(many, `${copy}.jsonl`));
  const command = { words: [process.execPath, program, 'replay', many], cwd: folder };
  const costs = await measureInTurn({ bare: BARE_NODE, command }, Math.min(rounds, 5));
  const seconds = (cheapest(costs.command) - cheapest(costs.bare)) / 1_000;
  const what = 'recordings of a quiet run, in a second of CPU';
  return { figures: [{ what, value: RECORDINGS / seconds, unit: '/s', goal: 1_000, isLeast: true }] };
}
