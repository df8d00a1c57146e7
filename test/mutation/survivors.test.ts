import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareSurvivors, describeMutant, survivorsOf } from './survivors.mjs';

const root = join(import.meta.dirname, '../..');
const listed: readonly Survivor[] = JSON.parse(readFileSync(join(import.meta.dirname, 'survivors.json'), 'utf8'));

interface Survivor {
  readonly file: string;
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

test('every mutant that may live has a reason, is listed once, and stands in the code as it is today', () => {
  expect(new Set(listed.map(describeMutant)).size).toBe(listed.length);
  for (const mutant of listed) {
    expect(mutant.why, describeMutant(mutant)).toMatch(/^.{15,}[^.]$/);
    const lines = readFileSync(join(root, mutant.file), 'utf8').split('\n');
    expect(
      lines.map((line) => line.trim()),
      describeMutant(mutant),
    ).toContain(mutant.line);
  }
});

test('a mutant is named by what it changes, wherever that stands', () => {
  const source = 'const a = 1;\n  if (a < 2) {\n    go();\n  }\n';
  const report = {
    files: {
      'machines/x.ts': {
        source,
        mutants: [
          mutant('Survived', [2, 7], [2, 12], 'a <= 2'),
          mutant('NoCoverage', [2, 14], [4, 4], '{}'),
          mutant('Killed', [1, 11], [1, 12], '2'),
        ],
      },
    },
  };
  const found = survivorsOf(report);
  expect(found).toEqual([
    { file: 'machines/x.ts', line: 'if (a < 2) {', from: 'a < 2', to: 'a <= 2' },
    { file: 'machines/x.ts', line: 'if (a < 2) {', from: '{ go(); }', to: '{}' },
  ]);
  const elsewhere = { ...found[0]!, file: 'machines/y.ts' };
  const gone = { ...found[0]!, to: 'a >= 2' };
  expect(compareSurvivors(found, [found[1]!, gone, elsewhere], ['machines/x.ts'])).toEqual({
    unknown: [found[0]],
    inVain: [gone],
  });
});

function mutant(
  status: string,
  start: readonly [line: number, column: number],
  end: readonly [line: number, column: number],
  replacement: string,
) {
  const place = ([line, column]: readonly [number, number]) => ({ line, column });
  return { status, replacement, location: { start: place(start), end: place(end) } };
}
