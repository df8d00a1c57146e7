/**
 * Goal: what must hold of every run holds of every run there can be, not of those that somebody thought of. Method: a
 * breadth-first walk over the pure transitions of each machine, with every answer and failure of every service, every
 * timer and every message in every place, and laws about all of its steps.
 *
 * And the laws can fail: machines with one wrong thing in each, generated and planted, must each break a law, or be on the
 * list of those that do nothing wrong, with the reason; and each law must be broken by some of them.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { transitionNames } from '../../src/replay/transition-name.ts';
import { expectFresh } from '../docs/marked-part.ts';
import { bundle } from '../support/bundle.ts';
import type { Judged, Walked } from './judge.ts';
import { COMMAND, LOCK, RUN } from './models-under-test.ts';
import { NEVER_AN_ENDING, NEVER_TAKEN } from './never-taken.ts';

/** Nearly all that a walk allocates is soon forgotten. */
const ROOM_FOR_SHORT_LIVES = '--max-semi-space-size=64';

const program = bundle('test/laws/judge.ts');
const [run, lock, command] = await Promise.all([RUN, LOCK, COMMAND].map(judge));
const models = [
  { name: 'a run', model: RUN, found: run! },
  { name: 'the cluster lock', model: LOCK, found: lock! },
  { name: 'a command', model: COMMAND, found: command! },
];
const laws = [...new Set(models.flatMap(({ model }) => model.laws.map(({ says }) => says)))];
const breakers = new Map(laws.map((law) => [law, breakerOf(law)]));
const guards = models.flatMap(({ model, found }) =>
  found.guards.map((guard) => ({ machine: model.machine.id, ...guard })),
);

afterAll(() => {
  for (const { name, found } of models) {
    const { inputs, places, steps, paths, generated, planted } = found;
    console.log(
      `${name}: ${inputs} inputs, ${places} states, ${steps} transitions, ${paths} paths seen, ` +
        `${generated.length + planted.length} mutants judged`,
    );
  }
});

describe.each(models)('$name', ({ model, found }) => {
  test.each(model.laws.map(({ says }) => says))('%s', (law) => {
    expect(found.breaches[law]).toEqual([]);
  });

  test('no mutant passes that is not known to do nothing wrong', () => {
    const passed = [...found.generated, ...found.planted].filter(({ broken }) => broken.length === 0);
    expect(passed.map(({ mutant }) => mutant).sort()).toEqual(Object.keys(model.equivalent).sort());
  });

  test('every mutant has a name of its own', () => {
    const names = [...found.generated, ...found.planted].map(({ mutant }) => mutant);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('what is said never to be taken or come to exists, and is not', () => {
  const taken = new Set(models.flatMap(({ found }) => found.taken));
  const all = models.flatMap(({ model }) => transitionNames(model.machine));
  expect(Object.keys(NEVER_TAKEN).filter((name) => taken.has(name) || !all.includes(name))).toEqual([]);
  expect(Object.keys(NEVER_AN_ENDING).filter((name) => run!.endings.includes(name))).toEqual([]);
});

test.each(guards)(
  'guard $name of $machine is seen to answer both, and nothing that it reads is always the same',
  ({ answers, deciding }) => {
    expect(answers).toEqual([false, true]);
    expect(deciding.filter(([, values]) => values.length < 2)).toEqual([]);
  },
);

test.each(laws)('some mutant breaks: %s', (law) => {
  expect(breakers.get(law)).not.toBeNull();
});

test('there are more than 400 mutants', () => {
  expect(models.flatMap(({ found }) => [...found.planted, ...found.generated]).length).toBeGreaterThan(400);
});

test('docs/testing.md says how far the walks went', () => {
  const head = ['machine', 'inputs', 'places', 'steps', 'paths', 'laws'];
  const rows = models.map(({ model, found }) => [
    model.machine.id,
    found.inputs,
    ...[found.places, found.steps, BigInt(found.paths)].map(grouped),
    model.laws.length,
  ]);
  expectFresh('docs/testing.md', 'walks', table([head, withNumbers(head), ...rows]));
});

test('docs/testing.md says what each guard was seen to answer, and by what', () => {
  const rows = guards.map(({ machine, name, answers, deciding }) => [
    machine,
    name,
    answers.map((answer) => (answer ? 'yes' : 'no')).join(', '),
    deciding.map(([path]) => `\`${path}\``).join(', '),
  ]);
  expectFresh(
    'docs/testing.md',
    'guards',
    table([['machine', 'guard', 'answers', 'by'], Array(4).fill('---'), ...rows]),
  );
});

test('docs/testing.md says how many mutants there are, and which law is broken by which', () => {
  const head = ['machine', 'generated', 'planted', 'that break no law'];
  const rows = models.map(({ model, found }) => [
    model.machine.id,
    found.generated.length,
    found.planted.length,
    Object.keys(model.equivalent).length,
  ]);
  expectFresh('docs/testing.md', 'mutants', table([head, withNumbers(head), ...rows]));
  const broken = [...breakers].map(([law, name]) => [law, name ?? '']);
  expectFresh('docs/testing.md', 'laws', table([['law', 'broken by'], Array(2).fill('---'), ...broken]));
});

/** Whatever is printed on the way besides breaks the answer. */
async function judge({ machine }: { readonly machine: { readonly id: string } }): Promise<Walked & Judged> {
  const words = [ROOM_FOR_SHORT_LIVES, program, machine.id];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 26 });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Walked & Judged;
}

/** A law of all machines is shown to fail by one of them. */
function breakerOf(law: string): string | null {
  return models.map(({ found }) => found.breakers[law] ?? null).find((name) => name !== null) ?? null;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  return `\n\n${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}

/** All columns but the first. */
function withNumbers(head: readonly string[]): readonly string[] {
  return head.map((_, index) => (index === 0 ? '---' : '---:'));
}

function grouped(count: number | bigint): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ');
}
