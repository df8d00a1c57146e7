import { expect, test } from 'vitest';
import { endBehind, isOverdue, longestRunMs } from '../../machines/longest-run.ts';
import type { Holder } from '../../machines/vocabulary.ts';

const LIMITS = { budgetMs: 3_600_000, handbrakeTimeoutMs: 30_000, killGraceMs: 10_000, sourceMs: 0, verifyMs: 0 };

/** An hour of budget, two handbrakes with their grace, and ten minutes before the lock. */
const LONGEST_MS = 3_600_000 + 40_000 + 40_000 + 600_000;

test('a run may last for its budget, for what asks the handbrake twice, and for what it does before the lock and after the refresh', () => {
  expect(longestRunMs(LIMITS)).toBe(LONGEST_MS);
  expect(longestRunMs({ ...LIMITS, sourceMs: 1_800_000 })).toBe(LONGEST_MS + 1_800_000);
  expect(longestRunMs({ ...LIMITS, verifyMs: 900_000 })).toBe(LONGEST_MS + 910_000);
});

test.each([
  ['for as long as its run may last', LONGEST_MS, LONGEST_MS, false],
  ['for longer', LONGEST_MS + 1, LONGEST_MS, true],
  ['since nobody knows when', null, LONGEST_MS, false],
  ['since nobody knows when, however short its run may be', null, -1, false],
  ['for as long as nobody knows how long that may be', 9e9, undefined, false],
  ['for as long as it does not say how long that may be', 9e9, null, false],
])('a run lock that somebody has had %s', (_, heldForMs, longestMs, isLate) => {
  const owner = { ...OWNER, heldForMs, ...(longestMs !== undefined && { longestMs }) };
  expect(isOverdue(owner)).toBe(isLate);
  const skipped = { kind: 'skipped', why: 'runLockHeld' } as const;
  expect(endBehind(owner)).toEqual(isLate ? { ...skipped, isOverdue: true } : skipped);
});

const OWNER: Omit<Holder, 'heldForMs'> = {
  ...{ title: 'node-a', host: 'node-a', pid: 42, runId: 'run-a' },
  ...{ reason: null, transaction: null, since: null },
};
