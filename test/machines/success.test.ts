import { expect, test } from 'vitest';
import { isBehindHangingRun, isSuccess } from '../../machines/success.ts';
import type { Outcome } from '../../machines/vocabulary.ts';

const failure = { kind: 'lockTimeout', message: 'too late' } as const;

test.each<[Outcome, boolean]>([
  [{ kind: 'refreshed', reason: 'changed' }, true],
  [{ kind: 'unchanged', why: 'noDifference' }, true],
  [{ kind: 'wouldRefresh' }, true],
  [{ kind: 'failed', failure }, false],
  [{ kind: 'aborted', signal: 'SIGTERM' }, false],
  [{ kind: 'skipped', why: 'handbrakeEngaged' }, true],
  [{ kind: 'skipped', why: 'refreshedRecently' }, true],
  [{ kind: 'skipped', why: 'orphanRefresh' }, false],
  [{ kind: 'skipped', why: 'runLockHeld' }, true],
  [{ kind: 'skipped', why: 'runLockHeld', isOverdue: true }, false],
])('%o is a success to monitoring: %s', (outcome, expected) => {
  expect(isSuccess(outcome)).toBe(expected);
  expect(isBehindHangingRun(outcome)).toBe('isOverdue' in outcome);
});
