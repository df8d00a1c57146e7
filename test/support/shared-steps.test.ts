/** Goal: a walk that takes steps over from walks with other inputs is the walk that it would be by itself. */
import { expect, test } from 'vitest';
import { RUN } from '../laws/models-under-test.ts';
import { type Exploration, explore } from './explore.ts';
import { SharedSteps, type Sharing, watchInput } from './shared-steps.ts';

/** Short ones, of which some go another way where discovery fails. */
const DRY = RUN.inputs.filter(({ dryRun, forceRun }) => dryRun && !forceRun);

/** Long ones: one looks at HAProxy after its refresh, one marks a failed refresh for the others. */
const LONG = [
  RUN.inputs.find(({ verify }) => verify !== undefined)!,
  RUN.inputs.find(({ onRefreshFailure }) => onRefreshFailure === 'brake')!,
];

/** The walks with these inputs, one after the other, and how many steps each went by itself. */
function walksOf(inputs: typeof RUN.inputs) {
  const steps = new SharedSteps<unknown>('run');
  return inputs.map((input) => {
    const watched = watchInput(input);
    const { sharing, count } = counting(steps.with(watched));
    const found = explore<unknown>(RUN.machine, RUN.walk(watched.input) as never, undefined, sharing);
    return { found, gone: count(), run: watched.input };
  });
}

function counting(sharing: Sharing<unknown>) {
  let gone = 0;
  const counted: Sharing<unknown> = {
    ...sharing,
    take: (from, event, go) =>
      sharing.take(from, event, () => {
        gone += 1;
        return go();
      }),
  };
  return { sharing: counted, count: () => gone };
}

/** A walk as text, in which these runs, whole, are one and the same. */
function textOf({ places, steps }: Exploration<unknown>, runs: ReadonlySet<unknown>): string {
  const gone = steps.map(({ from, to, ...step }) => ({ ...step, from: from.key, to: to.key }));
  return JSON.stringify([places.map(({ key }) => key), gone], (_, value) => (runs.has(value) ? 'the run' : value));
}

test('walks that share their steps are those that share none', () => {
  const inputs = [...DRY, ...LONG];
  const walks = walksOf(inputs);
  const runs = new Set<unknown>([...inputs, ...walks.map(({ run }) => run)]);
  const alone = inputs.map((input) => textOf(explore<unknown>(RUN.machine, RUN.walk(input) as never), runs));
  for (const [index, { found }] of walks.entries()) expect(textOf(found, runs) === alone[index]).toBe(true);
  expect(new Set(alone).size).toBeGreaterThan(LONG.length + 1);
});

test.each<[string, (input: Record<string, unknown>) => unknown, string[]]>([
  ['takes', (input) => input['one'], ['one']],
  ['asks whether there is', (input) => 'none' in input, ['none']],
  ['asks whether it has itself', (input) => Object.hasOwn(input, 'one'), ['one']],
  ['describes', (input) => Object.getOwnPropertyDescriptor(input, 'one'), ['one']],
])('who %s a field has read it', (_, look, expected) => {
  const watched = watchInput<Record<string, unknown>>({ one: 1, other: 2 });
  expect(watched.readBy(() => void look(watched.input))).toEqual(expected);
});

test.each<[string, (input: object) => unknown]>([
  ['lists', Object.keys],
  ['copies', (input) => ({ ...input })],
  ['writes out', JSON.stringify],
])('who %s all fields has read whatever differs', (_, look) => {
  const [one, other] = [watchInput({ one: 1 }), watchInput({ one: 1, two: null })];
  const [read] = one.readBy(() => void look(one.input));
  expect(one.textIn(read!)).not.toBe(other.textIn(read!));
});

test('no two values have the same text', () => {
  const values = [
    null,
    undefined,
    Infinity,
    -Infinity,
    Number.NaN,
    0,
    -0,
    '',
    'null',
    'NaN',
    '0',
    [],
    [null],
    [Number.NaN],
  ];
  const nested = values.map((value) => ({ value }));
  const texts = [{}, ...[...values, ...nested].map((field) => ({ field }))].map((input) =>
    watchInput(input).textIn('field'),
  );
  expect(new Set(texts).size).toBe(texts.length);
});

test('a walk goes only those steps by itself on which something was read that differs', () => {
  const [first, ...others] = walksOf([DRY[0]!, DRY[0]!, ...DRY]).map(({ gone }) => gone);
  expect(first).toBeGreaterThan(0);
  expect(others.slice(0, 2)).toEqual([0, 0]);
  for (const gone of others.slice(2)) expect(gone).toBeLessThan(first! / 2);
  expect(Math.max(...others)).toBeGreaterThan(0);
});
