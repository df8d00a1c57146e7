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
  /** Says whether it breaks this law, whatever it breaks sooner. */
  readonly breaks: (law: string) => boolean;
}

const run = judgeAll(RUN);
const lock = judgeAll(LOCK);
const command = judgeAll(COMMAND);
const all = [run, lock, command].flatMap(({ generated, planted }) => [...planted, ...generated]);
const laws = [
  ...new Set([RUN, LOCK, COMMAND].flatMap((modelUnderTest) => modelUnderTest.laws.map(({ says }) => says))),
];
const BROKEN_LATER: Readonly<Record<string, string>> = {
  ...RUN.brokenLater,
  ...LOCK.brokenLater,
  ...COMMAND.brokenLater,
};
const breakers = new Map(laws.map((law) => [law, breakerOf(law)]));

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
  expect(breakers.get(law)).not.toBeNull();
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
  expectFresh(
    'docs/testing.md',
    'laws',
    table([['law', 'broken by'], ['---', '---'], ...[...breakers].map(([law, name]) => [law, name ?? ''])]),
  );
});

function judgeAll<Input, Observed>(modelUnderTest: ModelUnderTest<Input, Observed>) {
  const court = openCourt(modelUnderTest);
  const judge = (mutant: Mutant): Verdict => ({
    mutant,
    broken: court.judge(mutant),
    breaks: (law) => court.breaks(mutant, law),
  });
  return {
    generated: generatedMutants(modelUnderTest.machine).map(judge),
    planted: modelUnderTest.planted.map(judge),
  };
}

/** The name of a mutant that breaks the law; null when there is none. */
function breakerOf(law: string): string | null {
  const found =
    all.find(({ broken }) => broken.includes(law)) ??
    all.find(({ mutant, breaks }) => mutant.name === BROKEN_LATER[law] && breaks(law));
  return found?.mutant.name ?? null;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return `\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}
