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
import type { Diff } from '../../machines/vocabulary.ts';
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
  test.each([
    ['where nothing differs', { outcome: unchanged, diff: DIFF }, true],
    ['not where a group could not be compared', { outcome: unchanged, diff: { ...DIFF, groups: [unseen] } }, false],
    ['not where it went away', { outcome: { kind: 'unchanged', why: 'noLongerNeeded' }, diff: DIFF }, false],
    ['not where it is refreshed for', { outcome: { kind: 'refreshed', reason: 'changed' }, diff: DIFF }, false],
  ] as const)('%s', (_where, context, expected) => {
    expect(reportOf({ ...FIRST, ...context }).hasArrived).toBe(expected);
  });
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
