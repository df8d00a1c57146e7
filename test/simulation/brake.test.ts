/** Goal: a bad rollout stops itself. Method: ten nodes, on each of which the refresh command fails, and their brake. */
import { describe, expect, test } from 'vitest';
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

/** The nodes that refresh, in order. */
async function refreshesIn(...scenarios: readonly Scenario[]): Promise<readonly (readonly number[])[]> {
  const found = await judgeAll(scenarios);
  expect(found.map(({ violation }) => violation)).toEqual(scenarios.map(() => null));
  return found.map(({ refreshes }) => refreshes);
}

describe('a command that fails on each of ten nodes', () => {
  test.each([1, 3])('is tried on %i of them within the life of the brake, whatever the lock', async (brakeLimit) => {
    const scenario = scenarioOf({ brakeLimit }, 5);
    const started = await refreshesIn(...LOCKS.map((lock) => ({ ...scenario, lock })));
    expect(started.map(({ length }) => length)).toEqual(LOCKS.map(() => brakeLimit));
  });

  test('is tried once more when the brake has ended, on all of them without a brake, and by each for a plan of its own', async () => {
    const twoPlans = {
      ...scenarioOf({}, 2),
      changes: [0, 1].map((at) => ({ atMs: 500 + at * 5 * MINUTE, what: 'add' as const, group: 0 })),
    };
    const [ended, unbraked, again] = await refreshesIn(
      scenarioOf({ brakeTtlMs: 11 * MINUTE }, 4),
      scenarioOf({ onRefreshFailure: 'continue' }, 1),
      twoPlans,
    );
    expect(ended).toHaveLength(2);
    expect(new Set(unbraked).size).toBe(NODES);
    expect(again).toHaveLength(2);
  });
});
