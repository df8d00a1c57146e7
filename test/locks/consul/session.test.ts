import { expect, test } from 'vitest';
import { leaseLeftMs, newSession } from '../../../src/locks/consul/session.ts';

test.each([
  [null, 10_000],
  [10_000, 10_000],
  [4_000, 4_000],
  // What Consul gives beyond what was asked for is nothing that a run relies on.
  [20_000, 10_000],
])('of a lease of 10 s whose session Consul keeps for %s ms there is left %i ms at first', (ttlMs, leftMs) => {
  let nowMs = 0;
  const session = newSession({ reason: 'changed' }, 10_000, {
    wallMs: () => 0,
    monotonicMs: () => nowMs,
    bootMs: () => nowMs,
  });
  session.ttlMs = ttlMs;
  const leftAt = (passedMs: number) => {
    nowMs = passedMs;
    return leaseLeftMs(session, 10_000);
  };
  expect([0, 3_000, 30_000].map(leftAt)).toEqual([leftMs, leftMs - 3_000, 0]);
});
