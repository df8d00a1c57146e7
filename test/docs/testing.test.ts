/** docs/testing.md says how much is tested; what can be counted without running it is counted here. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getStateNodes } from 'xstate/graph';
import { EXIT_CODES } from '../../src/exit-codes.ts';
import { MACHINE_NAMES, MACHINES } from '../../src/graph/machines.ts';
import { transitionNames } from '../../src/replay/transition-name.ts';
import { expectFresh, ROOT } from './marked-part.ts';

const PAGE = 'docs/testing.md';
const files = (readdirSync(join(ROOT, 'test'), { recursive: true }) as string[]).sort();
const tests = files.filter((file) => file.endsWith('.test.ts'));

test('the counts are those of the files and of the machines', () => {
  const machines = MACHINE_NAMES.map((name) => MACHINES[name]);
  const rows = [
    ['machines', machines.length],
    ['their states', machines.flatMap((machine) => getStateNodes(machine)).length],
    ['their transitions', machines.flatMap(transitionNames).length],
    ['exit codes', EXIT_CODES.length],
    ['recorded runs', files.filter((file) => /^runs\/.*\.jsonl$/.test(file)).length],
  ];
  expectFresh(PAGE, 'counts', table([['what', 'how many'], ['---', '---:'], ...rows]));
});

test('the simulation says its own numbers, if it has any', async () => {
  const path = join(ROOT, 'test', 'simulation', 'counts.ts');
  if (!existsSync(path)) return;
  const { simulationCounts } = (await import(path)) as {
    readonly simulationCounts: readonly (readonly [string, number])[];
  };
  expectFresh(PAGE, 'simulation', table([['what', 'how many'], ['---', '---:'], ...simulationCounts]));
});

test('every folder that the page names has tests', () => {
  for (const folder of ['laws', 'faults', 'e2e', 'haproxy', 'graph']) {
    expect(tests.filter((file) => file.startsWith(`${folder}/`))).not.toEqual([]);
  }
});

function table(rows: readonly (readonly (string | number)[])[]): string {
  return `\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}
