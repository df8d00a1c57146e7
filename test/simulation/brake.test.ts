/** Goal: a bad rollout stops itself. Method: ten nodes, on each of which the refresh command fails, and their brake. */
import { describe, expect, test } from 'vitest';
import { once } from '../support/once.ts';
import { withoutFaults } from './generate.ts';
import type { FaultKind, Scenario } from './scenario.ts';
import { LOCKS } from './scenario.ts';
import { judgeAll } from './simulate.ts';

const MINUTE = 60_000;
const NODES = 10;

function scenarioOf(
  settings: Partial<Scenario['settings']>,
  periods: number,
  more: readonly FaultKind[] = [],
): Scenario {
  const calm = withoutFaults(1);
  const node = { ...calm.nodes[0]!, domain: 0, clockRate: 1 };
  const kinds: readonly FaultKind[] = ['refreshFails', ...more];
  return {
    ...calm,
    nodes: Array.from({ length: NODES }, (_, at) => ({ ...node, cronAtMs: 1_000 + at * 500 })),
    periodMs: 5 * MINUTE,
    faultyPeriods: periods,
    healthyPeriods: 0,
    changes: [{ atMs: 500, what: 'add', group: 0 }],
    faults: Array.from({ length: NODES }, (_, at) =>
      kinds.map((kind) => ({ kind, node: at, when: { atMs: 0 }, forMs: 86_400_000, size: 0 })),
    ).flat(),
    settings: {
      ...calm.settings,
      refreshDelayMs: 1_000,
      refreshTimeoutMs: 10_000,
      budgetMs: 10 * MINUTE,
      onRefreshFailure: 'brake',
      brakeTtlMs: 30 * MINUTE,
      ...settings,
    },
  };
}

const TWO_PLANS = [0, 1].map((at) => ({ atMs: 500 + at * 5 * MINUTE, what: 'add' as const, group: 0 }));

const SCENARIOS: readonly (readonly [name: string, scenario: Scenario])[] = [
  ...[1, 3].flatMap((brakeLimit) =>
    LOCKS.map((lock) => [`${lock} ${brakeLimit}`, { ...scenarioOf({ brakeLimit }, 5), lock }] as const),
  ),
  ['ended', scenarioOf({ brakeTtlMs: 11 * MINUTE }, 4)],
  ['unbraked', scenarioOf({ onRefreshFailure: 'continue' }, 1)],
  ['two plans', { ...scenarioOf({}, 2), changes: TWO_PLANS }],
];

const judged = once(() => judgeAll(SCENARIOS.map(([, scenario]) => scenario)));

/** The nodes that refresh, in order. */
async function refreshesOf(wanted: string): Promise<readonly number[]> {
  return (await judged())[SCENARIOS.findIndex(([name]) => name === wanted)]!.refreshes;
}

describe('a command that fails on each of ten nodes', () => {
  test('breaks no rule', async () => {
    expect((await judged()).map(({ violation }) => violation)).toEqual(SCENARIOS.map(() => null));
  });

  test.each([1, 3])('is tried on %i of them within the life of the brake, whatever the lock', async (brakeLimit) => {
    const started = await Promise.all(LOCKS.map((lock) => refreshesOf(`${lock} ${brakeLimit}`)));
    expect(started.map(({ length }) => length)).toEqual(LOCKS.map(() => brakeLimit));
  });

  test('is tried once more when the brake has ended', async () => {
    expect(await refreshesOf('ended')).toHaveLength(2);
  });

  test('is tried on all of them without a brake', async () => {
    expect(new Set(await refreshesOf('unbraked')).size).toBe(NODES);
  });

  test('is tried again for a plan of its own', async () => {
    expect(await refreshesOf('two plans')).toHaveLength(2);
  });
});
