import { expect, test } from 'vitest';
import type { Diff } from '../../machines/vocabulary.ts';
import { beginProgress } from '../../src/report/run-progress.ts';
import { named } from '../support/pods.ts';

test('a phase that is entered again has the time of both, while it lasts and afterwards', () => {
  const { progress, pass } = progressFrom(1_000);
  expect([...progress.phaseSeconds()]).toEqual([]);
  progress.enter('reading');
  pass(2_000);
  progress.enter('resolving');
  pass(500);
  progress.enter('reading');
  pass(1_000);
  expect(progress.spentMs('reading')).toBe(3_000);
  progress.enter('diffing');
  pass(250);
  expect([progress.spentMs('reading'), progress.spentMs('refreshing')]).toEqual([3_000, null]);
  expect(Object.fromEntries(progress.phaseSeconds())).toEqual({ reading: 3, resolving: 0.5, diffing: 0.25 });
  expect([progress.inPhaseMs, progress.tookMs]).toEqual([250, 3_750]);
});

test('while a run waits, its holder has the lock for ever longer, where it says since when', () => {
  const { progress, pass } = progressFrom(1_000);
  progress.add({ type: 'lockQueued', holder: holder(4_000), ahead: 1 });
  pass(500);
  expect(progress.place).toMatchObject({ ahead: 1, heldMs: 4_500 });
  progress.add({ type: 'lockQueued', holder: holder(null), ahead: 1 });
  pass(500);
  expect(progress.place).toMatchObject({ heldMs: null });
});

test('a difference that is gone at the second look is still what the run was about', () => {
  const { progress } = progressFrom(0);
  const none = { groupsCompared: 1, groups: [] };
  const some = {
    groupsCompared: 1,
    groups: [
      {
        ...{ cluster: 'sas', endpointSet: 'front', verdict: 'ok', detail: null, podsBefore: 1 },
        ...{ added: named('a'), renamed: [], moved: [], removed: [] },
      },
    ],
  } as Diff;
  progress.add({ type: 'compared', diff: some });
  progress.add({ type: 'comparedAgain', diff: none });
  expect(progress.diff).toBe(some);
  const more = { ...some, groupsCompared: 2 };
  progress.add({ type: 'comparedAgain', diff: more });
  expect(progress.diff).toBe(more);
});

test('the refresh command runs from its own start, not from that of its phase', () => {
  const { progress, pass } = progressFrom(1_000);
  progress.enter('refreshing');
  pass(4_000);
  expect(progress.refreshRanMs).toBe(null);
  progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 });
  pass(300);
  expect([progress.refreshRanMs, progress.inPhaseMs]).toEqual([300, 4_300]);
});

test('no other command is taken for the refresh', () => {
  const { progress } = progressFrom(0);
  const result = {
    ...({ how: 'exited', started: true, code: 0, signal: null, survivors: 0, message: null } as const),
    output: { stdout: 'hello', stderr: '', droppedBytes: 0 },
  };
  const state = () => [progress.refreshStarted, progress.refreshSucceeded, progress.refreshPrinted];
  for (const command of ['handbrake', 'verify'] as const) {
    progress.add({ type: 'commandStarted', command, pgid: 7 });
    progress.add({ type: 'commandEnded', command, result });
    expect(state(), command).toEqual([false, false, null]);
  }
  progress.add({ type: 'commandEnded', command: 'refresh', result: { ...result, how: 'notStarted', code: null } });
  expect(state()).toEqual([false, false, true]);
  progress.add({ type: 'commandStarted', command: 'refresh', pgid: 7 });
  progress.add({ type: 'commandEnded', command: 'refresh', result });
  expect(state()).toEqual([true, true, true]);
  progress.add({ type: 'commandEnded', command: 'verify', result: { ...result, code: 1 } });
  expect(state()).toEqual([true, true, true]);
});

function progressFrom(startMs: number) {
  let nowMs = startMs;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { progress: beginProgress(() => nowMs), pass };
}

function holder(heldForMs: number | null) {
  const unknown = { pid: null, runId: null, reason: null, transaction: null, since: null };
  return { title: 'node-b', host: 'node-b', ...unknown, heldForMs };
}
