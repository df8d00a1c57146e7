import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { boardRuns } from './board-runs.ts';
import { holdingRuns } from './holding-runs.ts';
import { quietRuns } from './quiet-runs.ts';
import type { Scenarios } from './scenario.ts';
import { secondLooks } from './second-looks.ts';
import { stoppedRuns } from './stopped-runs.ts';
import { verifiedRuns } from './verified-runs.ts';
import { waitingRuns } from './waiting-runs.ts';
import { createWorld } from './world.ts';

const scenarios: Scenarios = { ...quietRuns, ...stoppedRuns, ...waitingRuns, ...secondLooks, ...holdingRuns, ...verifiedRuns, ...boardRuns };

const LARGEST_BYTES = 60_000;

/** Runs `program` through the situations with these names, all of them when none is given, and keeps the recordings in `folder`. */
export async function recordRuns(program: string, folder: string, names: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const wanted = names.length === 0 ? Object.keys(scenarios) : names;
  for (const name of wanted) {
    const scenario = scenarios[name];
    if (scenario === undefined) throw new Error(`no situation is called ${name}: ${Object.keys(scenarios).join(', ')}`);
    const world = await createWorld(name, program);
    try {
      const node = await scenario(world);
      await node.exited;
      const { size } = statSync(node.recording);
      if (size > LARGEST_BYTES) throw new Error(`${name}: ${size} bytes, more than ${LARGEST_BYTES}`);
      copyFileSync(node.recording, join(folder, `${name}.jsonl`));
      console.info(`${name}: ${size} bytes`);
    } catch (error) {
      throw new Error(`${name}: it could not be recorded; see ${world.folder}`, { cause: error });
    } finally {
      await world.close();
    }
  }
}
