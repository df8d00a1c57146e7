import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measured } from '../figure.ts';
import { measure, measureInTurn } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { PROGRAMS } from '../place.ts';
import { cheapest } from '../ratios.ts';

const PODS = 100_000;
const ROUNDS_MAX = 5;

/** The least lease that is worth having: it is renewed every quarter, and the loop may take a quarter of that. */
const SHORT_LEASE_MS = 2_000;

/** A plan that adds this many pods at once: both looks at it, and a refresh under the lock. */
export async function bigPlan({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const settings = { lock: 'file', lock_file: join(folder, 'lock') };
  const node = makeNode({ folder, ypUrl, sets: 1, pods: PODS, knowsPods: false, settings });
  const before = () => rmSync(join(folder, 'state.json'), { force: true });
  const command = { ...node.watcher(program), before };
  const costs = await measureInTurn({ command }, Math.min(rounds, ROUNDS_MAX));
  const loop = join(folder, 'loop');
  const env = { NODE_OPTIONS: `--require=${join(PROGRAMS, 'watch-loop.cjs')}`, WATCHED_LOOP: loop };
  let blockedMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Math.min(rounds, ROUNDS_MAX); round += 1) {
    await measure({ ...command, env });
    blockedMs = Math.min(blockedMs, Number(readFileSync(loop, 'utf8')));
  }
  return {
    figures: [
      { what: 'CPU', value: cheapest(costs.command) / 1_000, unit: 's', goal: 3 },
      {
        what: 'event loop blocked, at most (a quarter of a renewal of a lease of 2 s)',
        value: blockedMs,
        unit: 'ms',
        goal: SHORT_LEASE_MS / 16,
      },
    ],
  };
}
