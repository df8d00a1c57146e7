import { expect, test } from 'vitest';
import { endBehind, isOverdue, longestRunMs } from '../../machines/longest-run.ts';
import type { Holder } from '../../machines/vocabulary.ts';

const LIMITS = { budgetMs: 3_600_000, handbrakeTimeoutMs: 30_000, killGraceMs: 10_000 };

/** An hour of budget, two handbrakes with their grace, and ten minutes before the lock. */
const LONGEST_MS = 3_600_000 + 40_000 + 40_000 + 600_000;

test('a run may last for its budget, for what asks the handbrake twice, and for what it does before the lock', () => {
  expect(longestRunMs(LIMITS)).toBe(LONGEST_MS);
});

test.each([
  ['for as long as a run may last', LONGEST_MS, false],
  ['for longer', LONGEST_MS + 1, true],
  ['since nobody knows when', null, false],
])('a run lock that somebody has had %s', (_, heldForMs, isLate) => {
  expect(isOverdue({ heldForMs }, LONGEST_MS)).toBe(isLate);
  const skipped = { kind: 'skipped', why: 'runLockHeld' } as const;
  expect(endBehind(holder(heldForMs), LIMITS)).toEqual(isLate ? { ...skipped, isOverdue: true } : skipped);
});

test('since when it was had is not known: it is never late, however short a run may be', () => {
  expect(isOverdue({ heldForMs: null }, -1)).toBe(false);
});

function holder(heldForMs: number | null): Holder {
  const unknown = { reason: null, transaction: null, since: null };
  return { title: 'node-a', host: 'node-a', pid: 42, runId: 'run-a', ...unknown, heldForMs };
}
