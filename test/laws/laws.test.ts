/**
 * Goal: what must hold of every run holds of every run there can be, not of those that somebody thought of. Method: a
 * breadth-first walk over the pure transitions of each machine, with every answer and failure of every service, every
 * timer and every message in every place, and laws about all of its steps. That the laws can fail, mutants.test.ts shows.
 */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { transitionNames } from '../../src/replay/transition-name.ts';
import { expectFresh } from '../docs/marked-part.ts';
import { countPaths } from './count-paths.ts';
import { type Sighting, watchGuards } from './guard-sightings.ts';
import { breachesOf, type Walks } from './law.ts';
import { type ModelUnderTest, walkAll } from './model-under-test.ts';
import { COMMAND, LOCK, RUN } from './models-under-test.ts';
import { NEVER_AN_ENDING, NEVER_TAKEN } from './never-taken.ts';
import { endingName } from './run-endings.ts';

const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
const consoles = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
const watched = {
  run: watchGuards(RUN.machine),
  lock: watchGuards(LOCK.machine),
  command: watchGuards(COMMAND.machine),
};
const run = walkAll({ ...RUN, machine: watched.run.machine });
const lock = walkAll({ ...LOCK, machine: watched.lock.machine });
const command = walkAll({ ...COMMAND, machine: watched.command.machine });
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

const guards = Object.values(watched).flatMap(({ machine, sightings }) =>
  [...sightings].map(([name, sighting]) => ({ machine: machine.id, name, ...sighting })),
);

test.each(guards)(
  'guard $name of $machine is seen to answer both, and nothing that it reads is always the same',
  (guard) => {
    expect([...guard.answers].sort()).toEqual([false, true]);
    expect(decidingIn(guard).filter(([, values]) => values.length < 2)).toEqual([]);
  },
);

test('docs/testing.md says what each guard was seen to answer, and by what', () => {
  const head = '| machine | guard | answers | by |\n| --- | --- | --- | --- |';
  const lines = guards.map((guard) => {
    const { machine, name, answers } = guard;
    const words = [...answers].sort().map((answer) => (answer ? 'yes' : 'no'));
    const fields = decidingIn(guard).map(([path]) => `\`${path}\``);
    return `| ${machine} | ${name} | ${words.join(', ')} | ${fields.join(', ')} |`;
  });
  expectFresh('docs/testing.md', 'guards', `\n\n${[head, ...lines].join('\n')}\n\n`);
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
  const laws = [RUN, LOCK, COMMAND].find((modelUnderTest) => modelUnderTest.machine.id === machine.id)!.laws.length;
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

/** Which pods are compared, and for how long a lease is, is left to unit tests; what a failure says decides nothing. */
const LEFT_OUT =
  /^(?:diff\.groups\[\]\.(?:\w+\[\]\..*|cluster|endpointSet)|policy\.leaseMs|error\.(?:failure|message))$/;

/** What a guard reads that decides, with the values that were seen there. A part may be only the way to another one. */
function decidingIn({ read }: Sighting): readonly (readonly [path: string, values: readonly string[]])[] {
  return [...read]
    .map(([path, values]) => [path, [...values]] as const)
    .filter(([path, values]) => !LEFT_OUT.test(path) && values.join() !== 'there');
}
