import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generate } from './generate.ts';
import { judge } from './judge.ts';
import { NO_MUTANT } from './mutant.ts';
import { mutantNamed } from './mutants.ts';
import { pairScenario } from './pairs.ts';
import { recorderIn } from './record.ts';
import type { Scenario } from './scenario.ts';

/**
 * Lets one scenario happen, with a planted bug if one is named, and leaves its trace and the recordings of its runs in a
 * folder.
 */
export async function show(name: string, folder: string, bug: string | null) {
  const scenario = scenarioNamed(name);
  const mutant = bug === null ? NO_MUTANT : mutantNamed(bug);
  mkdirSync(folder, { recursive: true });
  rmSync(`${folder}/runs`, { recursive: true, force: true });
  const trace: string[] = [];
  const { violation } = await judge(scenario, {
    mutant,
    record: recorderIn(`${folder}/runs`),
    tell: (fact) => {
      trace.push(JSON.stringify(fact));
    },
  });
  writeFileSync(`${folder}/scenario.json`, `${JSON.stringify(scenario, null, 1)}\n`);
  writeFileSync(`${folder}/trace.jsonl`, `${trace.join('\n')}\n`);
  return { violation, facts: trace.length };
}

/** By its seed, by faults in states, or from a file. */
function scenarioNamed(name: string): Scenario {
  if (/^[0-9]+$/.test(name)) return generate(Number(name));
  const [pairs, attempt] = name.split(' / ');
  if (attempt !== undefined) return pairScenario(pairs!.split(' + '), Number(attempt));
  return JSON.parse(readFileSync(name, 'utf8')) as Scenario;
}
