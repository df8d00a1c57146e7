import { describe, expect, test } from 'vitest';
import { planOf } from '../../machines/plan.ts';
import type { RunContext } from '../../machines/run-context.ts';
import {
  lastRefreshNext,
  mayEarlierRefreshLive,
  mayRefreshLive,
  nextLastRefresh,
  reportOf,
} from '../../machines/run-report.ts';
import type { Diff, Outcome } from '../../machines/vocabulary.ts';
import { watcherMachine } from '../../machines/watcher.ts';
import { pureMachine } from '../../src/replay/pure-machine.ts';
import { result } from '../support/command-result.ts';
import { runInput } from '../support/run-input.ts';

const DIFF: Diff = { groupsCompared: 1, groups: [] };
const FIRST = pureMachine(watcherMachine, runInput()).first.snapshot.context as RunContext;
const PLAN = planOf(DIFF, FIRST.run.refreshOn);
const ORPHAN = { runId: 'r6', pgid: 6, startedAt: '2026-01-01T00:00:00.000Z' };

describe('this run’s refresh may live', () => {
  test.each([
    ['where it was not started', { refreshStarted: false, refresh: null }, false],
    ['where it was lost sight of', { refreshStarted: true, refresh: null }, true],
    ['where it could not be killed', { refreshStarted: true, refresh: result({ how: 'unkillable' }) }, true],
    ['where it ended', { refreshStarted: true, refresh: result() }, false],
    ['where it was stopped', { refreshStarted: true, refresh: result({ how: 'stopped' }) }, false],
  ] as const)('%s', (_where, context, expected) => {
    expect(mayRefreshLive(context)).toBe(expected);
    expect(reportOf({ ...FIRST, ...context, outcome: { kind: 'wouldRefresh' } }).keepIntent).toBe(expected);
  });
});

describe('an earlier refresh may live', () => {
  const problem = { kind: 'stateUnreadable', message: 'nobody may read it' } as const;
  test.each([
    ['where there was none', { orphan: null, memoryFailure: null }, false],
    ['where it was seen', { orphan: ORPHAN, memoryFailure: null }, true],
    ['where it cannot be determined', { orphan: null, memoryFailure: problem }, true],
  ])('%s', (_where, context, expected) => {
    expect(mayEarlierRefreshLive(context)).toBe(expected);
    expect(reportOf({ ...FIRST, ...context, outcome: { kind: 'wouldRefresh' } }).keepIntent).toBe(expected);
  });
});

describe('what refreshes were for has arrived', () => {
  const unchanged = { kind: 'unchanged', why: 'noDifference' } as const;
  const untrusted = { cluster: 'sas', endpointSet: 'a', verdict: 'unavailable', detail: null, podsBefore: 1 } as const;
  const unseen = { ...untrusted, added: [], renamed: [], moved: [], removed: [] };
  const held = { outcome: { kind: 'skipped', why: 'refreshedRecently' }, diff: DIFF } as const;
  test.each([
    ['where nothing differs', { outcome: unchanged, diff: DIFF }, true],
    ['not where the run was skipped', held, false],
    ['not where a group could not be compared', { outcome: unchanged, diff: { ...DIFF, groups: [unseen] } }, false],
    ['not where it went away', { outcome: { kind: 'unchanged', why: 'noLongerNeeded' }, diff: DIFF }, false],
    ['not where it is refreshed for', { outcome: { kind: 'refreshed', reason: 'changed' }, diff: DIFF }, false],
  ] as const)('%s', (_where, context, expected) => {
    expect(reportOf({ ...FIRST, ...context }).hasArrived).toBe(expected);
  });
});

describe('a refresh', () => {
  const verify = { asksHaproxy: true, runsCommand: false, timeLimitMs: 10_000 };
  const refreshed = { kind: 'refreshed', reason: 'changed' } as const;
  const failed = (kind: 'refreshIneffective' | 'lockLost' | 'refreshFailed'): Outcome => ({
    kind: 'failed',
    failure: { kind, message: '' },
  });
  const exited = result({ how: 'exited', code: 0 });
  const report = (outcome: Outcome, refresh: RunContext['refresh'], verified: RunContext['run']['verify'] = null) => {
    const more = { reason: 'changed', diff: DIFF, refreshStarted: refresh !== null } as const;
    const run = { ...FIRST.run, verify: verified };
    const { refreshSucceeded, lastRefresh, isEffective } = reportOf({ ...FIRST, ...more, run, outcome, refresh });
    return [refreshSucceeded, lastRefresh !== null, isEffective];
  };

  test.each([
    ['that is seen to be effective succeeded, counts and is', refreshed, exited, verify, [true, true, true]],
    ['that nobody looks at is believed', refreshed, exited, null, [true, true, true]],
    ['that was not seen to be effective counts', failed('refreshIneffective'), exited, verify, [true, true, false]],
    ['under a lost lock does not count', failed('lockLost'), exited, verify, [true, false, false]],
    ['under a lost lock is believed where nobody looks', failed('lockLost'), exited, null, [true, false, true]],
    ['that failed does not count', failed('refreshFailed'), result({ code: 1 }), null, [false, false, false]],
    [
      'that was stopped did not succeed',
      failed('lockLost'),
      result({ how: 'stopped', code: 0 }),
      null,
      [false, false, false],
    ],
    ['for which one was in vain before was none', failed('refreshIneffective'), null, verify, [false, false, false]],
  ] as const)('%s', (_what, outcome, refresh, verified, expected) => {
    expect(report(outcome, refresh, verified)).toEqual(expected);
  });
});

test('what is known of groups is left as it is', () => {
  const memory = { generations: { 'sas/a': '7' }, staleRuns: { 'sas/a': 2 }, lastRefresh: null };
  const outcome = { kind: 'wouldRefresh' } as const;
  expect(reportOf({ ...FIRST, outcome, memory })).toMatchObject({
    ...{ outcome, diff: null, reason: null, generations: { 'sas/a': '7' }, staleRuns: { 'sas/a': 2 } },
  });
  expect(reportOf({ ...FIRST, outcome, memory: { generations: {}, lastRefresh: null } }).staleRuns).toEqual({});
});

describe('the last refresh', () => {
  const last = (plan: string | null, times: number) => ({ generations: {}, lastRefresh: { plan, times, agoMs: 0 } });

  test('for the same plan is counted on', () => {
    expect(nextLastRefresh({ ...FIRST, reason: 'changed', diff: DIFF, memory: last(PLAN, 2) })).toEqual({
      plan: PLAN,
      times: 3,
    });
  });

  test('for another plan is the first one', () => {
    expect(nextLastRefresh({ ...FIRST, reason: 'changed', diff: DIFF, memory: last('another', 2) })).toEqual({
      plan: PLAN,
      times: 1,
    });
  });

  test('is the first one where there was none', () => {
    expect(nextLastRefresh({ ...FIRST, reason: 'changed', diff: DIFF })).toEqual({ plan: PLAN, times: 1 });
  });

  test('that is forced is for no plan, and never the same as another forced one', () => {
    expect(nextLastRefresh({ ...FIRST, reason: 'forced', diff: DIFF, memory: last(null, 2) })).toEqual({
      plan: null,
      times: 1,
    });
  });
});

test('the next run knows the last refresh there was, and counts it anew once what it was for has arrived', () => {
  const before = { plan: 'p', times: 3, at: 'then' };
  const lastRefresh = { plan: 'q', times: 1, at: 'now' };
  expect(lastRefreshNext(before, { lastRefresh: null, hasArrived: false })).toEqual(before);
  expect(lastRefreshNext(before, { lastRefresh: null, hasArrived: true })).toEqual({ ...before, times: 0 });
  expect(lastRefreshNext(before, { lastRefresh, hasArrived: false })).toEqual(lastRefresh);
  expect(lastRefreshNext(null, { lastRefresh: null, hasArrived: true })).toBe(null);
});
