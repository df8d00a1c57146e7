/**
 * Goal: the laws can fail. Method: machines with one wrong thing in each, generated and planted; each must break a law,
 * or be on the list of those that do nothing wrong, with the reason; and each law must be broken by some of them.
 */
import { describe, expect, test } from 'vitest';
import { expectFresh } from '../docs/marked-part.ts';
import { generatedMutants } from './generated-mutants.ts';
import { type ModelUnderTest, openCourt } from './model-under-test.ts';
import { COMMAND, LOCK, RUN } from './models-under-test.ts';
import type { Mutant } from './mutate.ts';

interface Verdict {
  readonly mutant: Mutant;
  readonly broken: readonly string[];
}

const run = judgeAll(RUN);
const lock = judgeAll(LOCK);
const command = judgeAll(COMMAND);
const all = [run, lock, command].flatMap(({ generated, planted }) => [...planted, ...generated]);
const laws = [
  ...new Set([RUN, LOCK, COMMAND].flatMap((modelUnderTest) => modelUnderTest.laws.map(({ says }) => says))),
];

describe.each([
  ['a run', RUN, run],
  ['the cluster lock', LOCK, lock],
  ['a command', COMMAND, command],
] as const)('%s', (_name, { equivalent }, { generated, planted }) => {
  test('no mutant passes that is not known to do nothing wrong', () => {
    const passed = [...generated, ...planted].filter(({ broken }) => broken.length === 0);
    expect(passed.map(({ mutant }) => mutant.name).sort()).toEqual(Object.keys(equivalent).sort());
  });

  test('every mutant has a name of its own', () => {
    const names = [...generated, ...planted].map(({ mutant }) => mutant.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test.each(laws)('some mutant breaks: %s', (law) => {
  expect(all.filter(({ broken }) => broken.includes(law))).not.toEqual([]);
});

test('there are more than 400 mutants', () => {
  expect(all.length).toBeGreaterThan(400);
});

test('docs/testing.md says how many there are, and which law is broken by which', () => {
  const counts = [
    ['machine', 'generated', 'planted', 'that break no law'],
    ['---', '---:', '---:', '---:'],
    ...(
      [
        [RUN, run],
        [LOCK, lock],
        [COMMAND, command],
      ] as const
    ).map(([{ machine, equivalent }, found]) => [
      machine.id,
      found.generated.length,
      found.planted.length,
      Object.keys(equivalent).length,
    ]),
  ];
  expectFresh('docs/testing.md', 'mutants', table(counts));
  const breakers = laws.map((law) => {
    const broken = all.filter((verdict) => verdict.broken.includes(law));
    return [law, broken.length, broken[0]?.mutant.name ?? ''];
  });
  expectFresh('docs/testing.md', 'laws', table([['law', 'broken by', 'such as'], ['---', '---:', '---'], ...breakers]));
});

function judgeAll<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>) {
  const court = openCourt(modelUnderTest);
  const judged = (judge: (mutant: Mutant) => readonly string[]) => (mutant: Mutant) => ({
    mutant,
    broken: judge(mutant),
  });
  const generated: readonly Verdict[] = generatedMutants(modelUnderTest.machine).map(judged(court.judgeInShort));
  const planted: readonly Verdict[] = modelUnderTest.planted.map(judged(court.judge));
  return { generated, planted };
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return `\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}
