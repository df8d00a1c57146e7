/**
 * Goal: a node whose clocks go a twentieth too slowly, cut off from the lock service in the middle of its refresh, has
 * stopped that refresh before the lease passes to another node; with clocks slower than the margin, the rules see it.
 */
import { expect, test } from 'vitest';
import { withoutFaults } from './generate.ts';
import { type Fault, type FaultKind, LOCKS, type LockKind, type Scenario } from './scenario.ts';
import { judgeAll } from './simulate.ts';

test('the refresh is gone before the lock can pass to another', async () => {
  const found = await judgeAll(LOCKS.map((lock) => cutOff(lock, 0.95)));
  expect(found.map(({ violation }) => violation)).toEqual(LOCKS.map(() => null));
});

test('clocks that go slower than the lease has room for are found out', async () => {
  const found = await judgeAll(LOCKS.map((lock) => cutOff(lock, 0.8)));
  for (const { violation } of found) expect(['S1', 'S6c']).toContain(violation?.id);
});

/** The first of two nodes refreshes for longer than its lease, heeds no TERM, and can renew no more. */
function cutOff(lock: LockKind, clockRate: number): Scenario {
  const calm = withoutFaults(0);
  const [leaseMs, killGraceMs] = [6_000, 500];
  const node = { clockRate, cronAtMs: 1_000, latencyMs: 2, domain: 0 };
  return {
    ...calm,
    lock,
    settings: {
      ...calm.settings,
      onLockLost: 'terminate',
      refreshTimeoutMs: null,
      refreshDelayMs: 0,
      budgetMs: 60_000,
      minRefreshIntervalMs: 0,
      killGraceMs,
      leaseMs,
    },
    nodes: [node, { ...node, clockRate: 1, cronAtMs: 1_500 }],
    periodMs: 60_000,
    faultyPeriods: 1,
    healthyPeriods: 0,
    changes: [{ atMs: 500, what: 'add', group: 0 }],
    faults: [
      fault('refreshSlow', { atMs: 0 }, 60_000),
      fault('refreshIgnoresTerm', { atMs: 0 }, 60_000),
      fault('lockPartition', { state: 'refresh.running', nth: 1, afterMs: 1 }, 0),
    ],
  };
}

function fault(kind: FaultKind, when: Fault['when'], size: number): Fault {
  return { kind, node: 0, when, forMs: 60_000, size };
}
