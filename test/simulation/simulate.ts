import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { madeOnceBy } from '../support/made-once.ts';
import { once } from '../support/once.ts';
import { judged, Pool } from './ask.ts';
import type { JudgedScenario } from './batch.ts';
import type { Scenario } from './scenario.ts';

const run = promisify(execFile);

/** The workers that all test files of a process ask: they are quicker the longer they are there. */
export const pool = once(async () => {
  const worker = await madeOnceBy('simulation-worker.cjs', async (draft) => {
    await run(process.execPath, [join(import.meta.dirname, 'run.mjs'), '--build', draft]);
  });
  return new Pool(worker, availableParallelism());
});

/** What becomes of each of these scenarios, which are simulated where the services find a simulated host. */
export async function judgeAll(scenarios: readonly Scenario[]): Promise<readonly JudgedScenario[]> {
  return judged(await pool(), scenarios);
}
