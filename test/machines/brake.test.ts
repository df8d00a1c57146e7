import { describe, expect, test } from 'vitest';
import {
  brakeFailure,
  brakeLeftMs,
  markInTheWay,
  marksAfter,
  marksOfTheFuture,
  planOfRun,
  refreshFailureOf,
} from '../../machines/brake.ts';
import { diffGroups } from '../../machines/diff.ts';
import type { RunContext } from '../../machines/run-context.ts';
import type { Answer, FailureKind, SeenMark } from '../../machines/vocabulary.ts';
import { KNOWN_GROUPS, ONE_MORE_POD, SAME_PODS } from '../support/fake-services.ts';
import { answer, group, pod } from '../support/pods.ts';
import { runInput } from '../support/run-input.ts';

const MINUTE = 60_000;
const policy = { brakeLimit: 1, brakeTtlMs: 30 * MINUTE };

function mark(more: Partial<SeenMark> = {}): SeenMark {
  const who = { node: 'balancer-1', runId: 'r1', at: '2026-01-01T12:00:00.000Z' };
  return { ...who, plan: 'p', failures: 1, why: 'the refresh command exited with 1', agoMs: MINUTE, ...more };
}

describe('a mark is in the way', () => {
  test.each<[string, Partial<SeenMark>, boolean]>([
    ['of the same plan', {}, true],
    ['of another plan', { plan: 'q' }, false],
    ['of a plan that was not known', { plan: null }, false],
    ['right before its time is over', { agoMs: 30 * MINUTE - 1 }, true],
    ['when its time is over', { agoMs: 30 * MINUTE }, false],
    ['that a clock ahead of ours has dated', { agoMs: -30 * MINUTE + 1 }, true],
    ['that is dated ahead by more than it may last', { agoMs: -30 * MINUTE }, false],
  ])('%s', (_what, more, isInTheWay) => {
    expect(markInTheWay([mark({ plan: 'z' }), mark(more)], 'p', policy) !== null).toBe(isInTheWay);
  });

  test('whatever its plan, of a run that does not know its own', () => {
    expect(markInTheWay([mark({ plan: 'q' })], null, policy)).toMatchObject({ plan: 'q' });
    expect(markInTheWay([mark({ plan: null })], null, policy)).toMatchObject({ plan: null });
    expect(markInTheWay([mark({ agoMs: 40 * MINUTE })], null, policy)).toBe(null);
  });

  test('only from the failure on that the limit names', () => {
    const limited = { ...policy, brakeLimit: 3 };
    expect([1, 2, 3, 4].map((failures) => markInTheWay([mark({ failures })], 'p', limited) !== null)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

test('it lasts for brake_ttl, by the clock here and never for longer', () => {
  expect(brakeLeftMs(mark(), policy)).toBe(29 * MINUTE);
  expect(brakeLeftMs(mark({ agoMs: -MINUTE }), policy)).toBe(30 * MINUTE);
  expect(brakeLeftMs(mark({ agoMs: 30 * MINUTE }), policy)).toBe(null);
  expect(brakeLeftMs(mark({ plan: null }), policy)).toBe(29 * MINUTE);
  expect(brakeLeftMs(mark(), { ...policy, brakeLimit: 2 })).toBe(null);
});

describe('after one more failure', () => {
  const failed = { plan: 'p', why: 'again' };

  test('it is counted on, and the others stay as they are', () => {
    const other = mark({ plan: 'q', node: 'balancer-2' });
    expect(marksAfter([other, mark({ failures: 2 })], failed, policy)).toEqual({
      failed: { plan: 'p', failures: 3, why: 'again' },
      others: [{ ...other, agoMs: undefined }],
    });
  });

  test.each([30 * MINUTE, -30 * MINUTE])('what is %i ms old counts no more', (agoMs) => {
    const marks = [mark({ failures: 2, agoMs }), mark({ plan: 'q', agoMs })];
    expect(marksAfter(marks, failed, policy)).toEqual({ failed: { plan: 'p', failures: 1, why: 'again' }, others: [] });
  });

  test('no more than twenty other plans are kept, those that failed last', () => {
    const marks = Array.from({ length: 30 }, (_, at) => mark({ plan: `q${at}` }));
    const { others } = marksAfter(marks, failed, policy);
    expect(others.map(({ plan }) => plan)).toEqual(Array.from({ length: 20 }, (_, at) => `q${at}`));
  });
});

describe('what a run is for', () => {
  const planWith = (forceRun: boolean, answers: readonly Answer[], groups = KNOWN_GROUPS) =>
    planOfRun({ run: runInput({ forceRun }), diff: diffGroups(groups, answers) });

  test('are its changes, forced or not', () => {
    expect(planWith(false, ONE_MORE_POD)).toMatch(/^1-/);
    expect(planWith(true, ONE_MORE_POD)).toBe(planWith(false, ONE_MORE_POD));
    expect(planWith(true, SAME_PODS)).toMatch(/^0-/);
  });

  test('is not known of a forced run that could not compare', () => {
    expect(planOfRun({ run: runInput({ forceRun: true }), diff: null })).toBe(null);
    expect(planWith(true, [], [])).toBe(null);
    expect(planWith(true, [answer([], { verdict: 'unavailable' })])).toBe(null);
  });

  test('is not known of a forced run that could not compare all, and is of another one', () => {
    const groups = [group([]), group([pod('b')], { cluster: 'vla' })];
    const answers = [answer([pod('a')]), answer([], { cluster: 'vla', verdict: 'unavailable' })];
    expect(planWith(true, answers, groups)).toBe(null);
    expect(planWith(false, answers, groups)).toMatch(/^1-/);
  });
});

describe('a refresh has failed so that others are kept from it', () => {
  const failed = (kind: FailureKind): RunContext['outcome'] => ({ kind: 'failed', failure: { kind, message: 'why' } });
  const failureOf = (refreshStarted: boolean, outcome: RunContext['outcome']) =>
    refreshFailureOf({ refreshStarted, outcome } as RunContext);

  test.each<[FailureKind, string | null]>([
    ['refreshFailed', 'why'],
    ['refreshLeftOthers', 'why'],
    ['refreshTimeout', 'why'],
    ['refreshIneffective', 'why'],
    ['lockLost', null],
    ['statisticsUnwritable', null],
  ])('by %s: %s, and never where it was not started', (kind, expected) => {
    expect(failureOf(true, failed(kind))).toBe(expected);
    expect(failureOf(false, failed(kind))).toBe(null);
  });

  test('by no other outcome', () => {
    expect(failureOf(true, { kind: 'refreshed', reason: 'changed' })).toBe(null);
    expect(failureOf(true, { kind: 'aborted', signal: 'SIGTERM' })).toBe(null);
    expect(failureOf(true, null)).toBe(null);
  });
});

test('who is stopped hears who failed, when and why', () => {
  expect(brakeFailure(mark())).toEqual({
    kind: 'brakeEngaged',
    message:
      'the brake is on: at 2026-01-01T12:00:00.000Z the refresh for the same changes failed on balancer-1 ' +
      '(run r1: the refresh command exited with 1)',
  });
});

test('a mark that lies too far ahead to be believed is named', () => {
  expect(marksOfTheFuture([mark(), mark({ agoMs: -30 * MINUTE + 1 })], policy)).toEqual([]);
  expect(marksOfTheFuture([mark({ agoMs: -30 * MINUTE })], policy)).toEqual([
    expect.stringMatching(/^the brake that balancer-1 engaged at 2026-01-01T12:00:00.000Z is ignored/),
  ]);
});
