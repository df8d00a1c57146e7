/** Goal: a bad rollout stops itself. Method: ten nodes, on each of which the refresh command fails, and their brake. */
import { describe, expect, test } from 'vitest';
import type { Fact } from './facts.ts';
import { withoutFaults } from './generate.ts';
import { judge } from './judge.ts';
import type { FaultKind, LockKind, Scenario } from './scenario.ts';
import { LOCKS } from './scenario.ts';

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

async function refreshesIn(scenario: Scenario): Promise<readonly Extract<Fact, { what: 'refreshStarted' }>[]> {
  const started: Extract<Fact, { what: 'refreshStarted' }>[] = [];
  const { violation } = await judge(scenario, {
    tell: (fact) => {
      if (fact.what === 'refreshStarted') started.push(fact);
    },
  });
  expect(violation).toBeNull();
  return started;
}

describe('a command that fails on each of ten nodes', () => {
  test.each<[number, LockKind]>(LOCKS.flatMap((lock) => [1, 3].map((limit) => [limit, lock] as [number, LockKind])))(
    'is tried on %i of them within the life of the brake (%s)',
    async (brakeLimit, lock) => {
      const started = await refreshesIn({ ...scenarioOf({ brakeLimit }, 5), lock });
      expect(started).toHaveLength(brakeLimit);
    },
  );

  test('is tried once more when the brake has ended, and on all of them without a brake', async () => {
    expect(await refreshesIn(scenarioOf({ brakeTtlMs: 11 * MINUTE }, 4))).toHaveLength(2);
    const all = await refreshesIn(scenarioOf({ onRefreshFailure: 'continue' }, 1));
    expect(new Set(all.map(({ node }) => node)).size).toBe(NODES);
  });

  test('is tried by each for a plan of its own', async () => {
    const again = {
      ...scenarioOf({}, 2),
      changes: [0, 1].map((at) => ({ atMs: 500 + at * 5 * MINUTE, what: 'add' as const, group: 0 })),
    };
    expect(await refreshesIn(again)).toHaveLength(2);
  });
});
