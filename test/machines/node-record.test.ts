import { describe, expect, test } from 'vitest';
import { isBoardCurrent, writesNoNodeRecord } from '../../machines/node-record.ts';
import type { Outcome, SeenNodeRecord } from '../../machines/vocabulary.ts';
import { runInput } from '../support/run-input.ts';

describe('a run writes nothing on the board', () => {
  const failed = (kind: 'lockDenied' | 'lockUnavailable'): Outcome => ({
    kind: 'failed',
    failure: { kind, message: '' },
  });
  const unchanged: Outcome = { kind: 'unchanged', why: 'noDifference' };
  test.each([
    ['that is dry', unchanged, { dryRun: true }, true],
    ['but for one that is dry and forced, which refreshes', unchanged, { dryRun: true, forceRun: true }, false],
    ['that was denied the lock', failed('lockDenied'), {}, true],
    ['but for one that could not reach it', failed('lockUnavailable'), {}, false],
    ['but for any other', unchanged, {}, false],
    ['but for a forced one', unchanged, { forceRun: true }, false],
  ])('%s', (_which, outcome, run, expected) => {
    expect(writesNoNodeRecord({ run: runInput(run), outcome })).toBe(expected);
  });

  test('once it is over, and not before', () => {
    expect(writesNoNodeRecord({ run: runInput(), outcome: null })).toBe(false);
  });
});

describe('the board is current', () => {
  const ours = { outcome: 'unchanged', plan: '0-a' } as const;
  const record: SeenNodeRecord = { ...ours, version: '1', agoMs: 1_000 };
  test.each<[string, SeenNodeRecord | null, boolean]>([
    ['where it says the same', record, true],
    ['where it has just said so', { ...record, agoMs: 0 }, true],
    ['for less than a minute', { ...record, agoMs: 59_999 }, true],
    ['and not after that', { ...record, agoMs: 60_000 }, false],
    ['and not by a clock that is ahead', { ...record, agoMs: -1 }, false],
    ['and not where it says nothing', null, false],
    ['and not by the word of another version', { ...record, version: '2' }, false],
    ['and not with another outcome', { ...record, outcome: 'refreshed' }, false],
    ['and not with another plan', { ...record, plan: null }, false],
  ])('%s', (_where, found, expected) => {
    expect(isBoardCurrent(ours, found, '1')).toBe(expected);
  });
});
