import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generate } from './generate.ts';
import { judge } from './judge.ts';
import { recorderIn } from './record.ts';
import type { Scenario } from './scenario.ts';

/** Lets one scenario happen, by its seed or from a file, and leaves its trace and the recordings of its runs in a folder. */
export async function show(seedOrFile: string, folder: string) {
  const isSeed = /^[0-9]+$/.test(seedOrFile);
  const scenario = isSeed ? generate(Number(seedOrFile)) : (JSON.parse(readFileSync(seedOrFile, 'utf8')) as Scenario);
  mkdirSync(folder, { recursive: true });
  const trace: string[] = [];
  const { violation } = await judge(scenario, {
    record: recorderIn(`${folder}/runs`),
    tell: (fact) => {
      trace.push(JSON.stringify(fact));
    },
  });
  writeFileSync(`${folder}/scenario.json`, `${JSON.stringify(scenario, null, 1)}\n`);
  writeFileSync(`${folder}/trace.jsonl`, `${trace.join('\n')}\n`);
  return { violation, facts: trace.length };
}
