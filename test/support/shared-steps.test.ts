/** Goal: a walk that takes steps over from walks with other inputs is the walk that it would be by itself. */
import { expect, test } from 'vitest';
import { RUN } from '../laws/models-under-test.ts';
import { type Exploration, explore } from './explore.ts';
import { SharedSteps, type Sharing, watchInput } from './shared-steps.ts';

/** Short ones, of which some go another way where discovery fails. */
const DRY = RUN.inputs.filter(({ dryRun, forceRun }) => dryRun && !forceRun);

/** The walks with these inputs, one after the other, and how many steps each went by itself. */
function walksOf(inputs: typeof RUN.inputs) {
  const steps = new SharedSteps<unknown>('run');
  return inputs.map((input) => {
    const watched = watchInput(input);
    const { sharing, count } = counting(steps.with(watched));
    const found = explore<unknown>(RUN.machine, RUN.walk(watched.input) as never, undefined, sharing);
    return { found, gone: count() };
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

function textOf({ places, steps }: Exploration<unknown>): string {
  const gone = steps.map(({ from, to, ...step }) => ({ ...step, from: from.key, to: to.key }));
  return JSON.stringify([places.map(({ key }) => key), gone], (key, value) => (key === 'input' ? undefined : value));
}

test('walks that share their steps are those that share none', () => {
  const shared = walksOf(DRY).map(({ found }) => textOf(found));
  const alone = DRY.map((input) => textOf(explore<unknown>(RUN.machine, RUN.walk(input) as never)));
  expect(shared).toEqual(alone);
  expect(new Set(alone).size).toBeGreaterThan(1);
});

test('a walk goes only those steps by itself on which something was read that differs', () => {
  const [first, ...others] = walksOf([DRY[0]!, DRY[0]!, ...DRY]).map(({ gone }) => gone);
  expect(first).toBeGreaterThan(0);
  expect(others.slice(0, 2)).toEqual([0, 0]);
  for (const gone of others.slice(2)) expect(gone).toBeLessThan(first! / 2);
  expect(Math.max(...others)).toBeGreaterThan(0);
});
