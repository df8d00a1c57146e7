import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startYt } from '../../../src/sandbox/stand-ins/yt.ts';
import type { Bench, Measured } from '../figure.ts';
import { measure } from '../measure.ts';
import { makeNode } from '../node-folder.ts';
import { median } from '../ratios.ts';

const NODES = 4;
const ROUNDS_MAX = 8;

/** From the end of one node's refresh command to the start of the next one's, as the commands themselves write it down. */
export async function handOver({ program, rounds, folder, ypUrl }: Bench): Promise<Measured> {
  const yt = await startYt({ token: 'bench-token', lockName: 'bench/watcher' });
  const gaps: number[] = [];
  mkdirSync(folder, { recursive: true });
  try {
    for (let round = 0; round < Math.min(rounds, ROUNDS_MAX); round += 1) {
      const times = join(folder, `times-${round}`);
      const settings = {
        ...yt.equip(folder),
        haproxy_refresh_command: `date +%s%N >> ${times}; sleep 0.3; date +%s%N >> ${times}`,
      };
      const nodes = Array.from({ length: NODES }, (_, index) =>
        makeNode({
          folder: join(folder, `${round}`, `${index}`),
          ypUrl,
          sets: 3,
          pods: 10,
          knowsPods: false,
          settings,
        }),
      );
      await Promise.all(nodes.map((node) => measure(node.watcher(program))));
      gaps.push(...gapsIn(readFileSync(times, 'utf8')));
    }
  } finally {
    await yt.close();
  }
  return { figures: [{ what: 'median', value: median(gaps), unit: 'ms', goal: 80 }] };
}

/** Lines are a start and an end in turn, in nanoseconds. */
function gapsIn(text: string): number[] {
  const times = text.trim().split('\n').map(Number);
  return times.flatMap((time, at) => (at > 0 && at % 2 === 0 ? [(time - times[at - 1]!) / 1e6] : []));
}
