import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeOnceBy } from '../support/made-once.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { JudgedScenario } from './batch.ts';
import type { Scenario } from './scenario.ts';

/** Runs the runner, and answers what it says: it ends with 1 when a rule was broken, and says so all the same. */
export async function simulate(...words: readonly string[]): Promise<unknown> {
  const worker = await madeOnceBy('simulation-worker.cjs', async (draft) => {
    await run('--build', draft);
  });
  return JSON.parse(await run('--json', '--worker', worker, ...words));
}

function run(...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const runner = join(import.meta.dirname, 'run.mjs');
    execFile(process.execPath, [runner, ...words], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && stdout === '') reject(new Error(stderr || error.message));
      else resolve(stdout);
    });
  });
}

/** What becomes of each of these scenarios, which are simulated where the services find a simulated host. */
export function judgeAll(scenarios: readonly Scenario[]): Promise<readonly JudgedScenario[]> {
  const file = join(tempFolder(), 'scenarios.json');
  writeFileSync(file, JSON.stringify(scenarios));
  return simulate('--scenarios', file) as Promise<readonly JudgedScenario[]>;
}
