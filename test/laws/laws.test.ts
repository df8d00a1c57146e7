/**
 * Goal: what must hold of every run holds of every run there can be, not of those that somebody thought of. Method: a
 * breadth-first walk over the pure transitions of each machine, with every answer and failure of every service, every
 * timer and every message in every place, and laws about all of its steps. That the laws can fail, mutants.test.ts shows.
 */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { transitionNames } from '../../src/replay/transition-name.ts';
import { expectFresh } from '../docs/marked-part.ts';
import { countPaths } from './count-paths.ts';
import { breachesOf, type Walks } from './law.ts';
import { type ModelUnderTest, walkAll } from './model-under-test.ts';
import { COMMAND, LOCK, RUN } from './models-under-test.ts';
import { NEVER_AN_ENDING, NEVER_TAKEN } from './never-taken.ts';
import { endingName } from './run-endings.ts';

const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
const consoles = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
const run = walkAll(RUN);
const lock = walkAll(LOCK);
const command = walkAll(COMMAND);
const printed = [...streams, ...consoles].reduce((sum, spy) => sum + spy.mock.calls.length, 0);
vi.restoreAllMocks();

const rows = [rowOf(run), rowOf(lock), rowOf(command)];

afterAll(() => {
  for (const { machine, inputs, places, steps, paths } of rows) {
    console.log(`${machine}: ${inputs} inputs, ${places} states, ${steps} transitions, ${paths} paths seen`);
  }
});

describe('a run', () => holdsTo(RUN, run));
describe('the cluster lock', () => holdsTo(LOCK, lock));
describe('a command', () => holdsTo(COMMAND, command));

test('nothing is printed on the way', () => {
  expect(printed).toBe(0);
});

test('what is said never to be taken or come to exists, and is not', () => {
  const taken = new Set([run, lock, command].flatMap(({ walks }) => walks.flatMap(takenIn)));
  const all = [RUN, LOCK, COMMAND].flatMap(({ machine }) => transitionNames(machine));
  expect(Object.keys(NEVER_TAKEN).filter((name) => taken.has(name) || !all.includes(name))).toEqual([]);
  const outcomes = run.walks.flatMap(({ found }) => found.places.map(({ snapshot }) => snapshot.context['outcome']));
  const endings = new Set(outcomes.flatMap((outcome) => (outcome === null ? [] : [endingName(outcome)])));
  expect(Object.keys(NEVER_AN_ENDING).filter((name) => endings.has(name))).toEqual([]);
});

test('docs/testing.md says how far the walks went', () => {
  const head = ['machine', 'inputs', 'places', 'steps', 'paths', 'laws'];
  const lines = rows.map((row) => [row.machine, row.inputs, row.places, row.steps, row.paths, row.laws]);
  const table = [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...lines];
  expectFresh('docs/testing.md', 'walks', `\n\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`);
});

function holdsTo<Input extends object, Observed>(
  { laws }: ModelUnderTest<Input, Observed>,
  all: Walks<Input, Observed>,
): void {
  test.each(laws)('$says', (law) => {
    expect(breachesOf(law, all).slice(0, 3)).toEqual([]);
  });
}

function takenIn({
  found,
}: {
  readonly found: { readonly steps: readonly { readonly transitions: readonly string[] }[] };
}) {
  return found.steps.flatMap(({ transitions }) => transitions);
}

function rowOf<Input, Observed>({ machine, walks }: Walks<Input, Observed>) {
  const sum = (count: (walk: (typeof walks)[number]) => number) =>
    walks.reduce((total, walk) => total + count(walk), 0);
  const laws = [RUN, LOCK, COMMAND].find((modelUnderTest) => modelUnderTest.machine === machine)!.laws.length;
  const paths = walks.reduce((total, { found }) => total + countPaths(found), 0n);
  return {
    machine: machine.id,
    inputs: walks.length,
    places: grouped(sum(({ found }) => found.places.length)),
    steps: grouped(sum(({ found }) => found.steps.length)),
    paths: grouped(paths),
    laws,
  };
}

function grouped(count: number | bigint): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ');
}
