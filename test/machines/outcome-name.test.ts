import { expect, test } from 'vitest';
import { outcomeName } from '../../machines/outcome-name.ts';
import type { Outcome } from '../../machines/vocabulary.ts';

test.each<[Outcome, string]>([
  [{ kind: 'refreshed', reason: 'changed' }, 'refreshed'],
  [{ kind: 'unchanged', why: 'noLongerNeeded' }, 'unchanged'],
  [{ kind: 'wouldRefresh' }, 'wouldRefresh'],
  [{ kind: 'skipped', why: 'runLockHeld' }, 'skipped/runLockHeld'],
  [{ kind: 'aborted', signal: 'SIGTERM' }, 'aborted/SIGTERM'],
  [{ kind: 'failed', failure: { kind: 'lockLost', message: 'why' } }, 'failed/lockLost'],
])('%j is named %s', (outcome, name) => {
  expect(outcomeName(outcome)).toBe(name);
});
