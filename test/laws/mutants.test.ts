/**
 * Goal: the laws can fail. Method: machines with one wrong thing in each, generated and planted; each must break a law,
 * or be on the list of those that do nothing wrong, with the reason; and each law must be broken by some of them.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { expectFresh } from '../docs/marked-part.ts';
import { bundle } from '../support/bundle.ts';
import type { Judged } from './judge-mutants.ts';
import { COMMAND, LOCK, MODELS, RUN } from './models-under-test.ts';

/** Nearly all that a walk allocates is soon forgotten. */
const ROOM_FOR_SHORT_LIVES = '--max-semi-space-size=64';

const program = bundle('test/laws/judge-mutants.ts');
const [run, lock, command] = await Promise.all([judge(RUN), judge(LOCK), judge(COMMAND)]);
const all = [run, lock, command].flatMap(({ generated, planted }) => [...planted, ...generated]);
const laws = [
  ...new Set(Object.values(MODELS).flatMap((modelUnderTest) => modelUnderTest.laws.map(({ says }) => says))),
];
const breakers = new Map(laws.map((law) => [law, breakerOf(law)]));

describe.each([
  ['a run', RUN, run],
  ['the cluster lock', LOCK, lock],
  ['a command', COMMAND, command],
] as const)('%s', (_name, { equivalent }, { generated, planted }) => {
  test('no mutant passes that is not known to do nothing wrong', () => {
    const passed = [...generated, ...planted].filter(({ broken }) => broken.length === 0);
    expect(passed.map(({ mutant }) => mutant).sort()).toEqual(Object.keys(equivalent).sort());
  });

  test('every mutant has a name of its own', () => {
    const names = [...generated, ...planted].map(({ mutant }) => mutant);
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

async function judge({ machine }: { readonly machine: { readonly id: string } }): Promise<Judged> {
  const words = [ROOM_FOR_SHORT_LIVES, program, machine.id];
  return JSON.parse((await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 26 })).stdout);
}

/** A law of all machines is shown to fail by one of them. */
function breakerOf(law: string): string | null {
  return [run, lock, command].map(({ breakers }) => breakers[law] ?? null).find((name) => name !== null) ?? null;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return `\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}
