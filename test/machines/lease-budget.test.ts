import { expect, test } from 'vitest';
import { isLeaseFresh, leaseReserveMs, renewEveryMs, renewTimeoutMs } from '../../machines/lease-budget.ts';

test.each([
  [30_000, 7_500],
  [1_000, 250],
  [1_003, 250],
  [3_600_000, 900_000],
])('of a lease of %i ms, a renewal is sent after %i ms and has as long to be answered', (leaseMs, expected) => {
  expect(renewEveryMs(leaseMs)).toBe(expected);
  expect(renewTimeoutMs(leaseMs)).toBe(expected);
});

test.each([
  [30_000, 10_000, 13_000],
  [1_000, 1, 101],
  [1_001, 0, 101],
  [3_600_000, 500, 360_500],
])('of a lease of %i ms, with %i ms of grace, the last %i ms are not ours', (leaseMs, killGraceMs, expected) => {
  expect(leaseReserveMs({ leaseMs, killGraceMs })).toBe(expected);
});

test.each([
  [30_000, 22_500, true],
  [30_000, 22_499, false],
  [1_003, 753, true],
  [1_003, 752, false],
])('of a lease of %i ms, one with %i ms left is fresh: %s', (leaseMs, leftMs, expected) => {
  expect(isLeaseFresh(leftMs, { leaseMs, killGraceMs: 10_000 })).toBe(expected);
});
