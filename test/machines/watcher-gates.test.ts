import { describe, expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { type ChildScript, diesBySignal, doesNotStart, exits, lasts, leaves } from '../support/fake-child.ts';
import { HELD, inTurn, ONE_MORE_POD, queued, refuse } from '../support/fake-services.ts';
import { startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const NOTHING_TAKEN = {
  takeRunLock: refuse,
  readPrimer: refuse,
  resolveGroups: refuse,
  requestLock: refuse,
  writeReport: refuse,
  dropRunLock: refuse,
};
const OTHER = {
  title: 'watcher 7',
  host: null,
  pid: 7,
  runId: null,
  reason: null,
  transaction: null,
  since: null,
  heldForMs: null,
};

/** Changed pods and an operator’s force obey the same gates. */
const modes = [
  ['a changed run', { forceRun: false }],
  ['a forced run', { forceRun: true }],
] as const;

describe.each(modes)('%s', (_mode, run) => {
  test('leaves quietly while another watcher is alive, without looking at anything else', async () => {
    const started = startRun({
      run,
      answers: { ...NOTHING_TAKEN, checkReadiness: refuse, checkRunLock: { owner: OTHER } },
    });
    expect(await started.end()).toEqual({ kind: 'skipped', why: 'runLockHeld' });
    expect(started.children.orders).toEqual([]);
  });

  test('says who is in the way, and when that one has lasted longer than any run may', async () => {
    const longestMs = 4_200_000;
    const behind = async (heldForMs: number | null, gate: 'checkRunLock' | 'takeRunLock') => {
      const owner = { ...OTHER, heldForMs, longestMs };
      const taken = { owner, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: [] };
      const started = startRun({
        run,
        answers: gate === 'takeRunLock' ? { takeRunLock: taken } : { checkRunLock: { owner } },
      });
      const outcome = await started.end();
      expect(started.notice).toContainEqual({ type: 'runLockHeld', holder: owner });
      return 'isOverdue' in outcome;
    };
    for (const gate of ['checkRunLock', 'takeRunLock'] as const) {
      expect(await behind(null, gate)).toBe(false);
      expect(await behind(longestMs, gate)).toBe(false);
      expect(await behind(longestMs + 1, gate)).toBe(true);
    }
  });

  test('ends where this node lacks what a run needs, before any command runs and without taking anything', async () => {
    const lacking = new Failed('refreshNotStarted', 'state_file: its folder cannot be made');
    const started = startRun({ run, answers: { ...NOTHING_TAKEN, checkReadiness: lacking } });
    expect(await started.end()).toEqual({ kind: 'failed', failure: lacking.failure });
    expect(started.children.orders).toEqual([]);
  });

  test('passes on what ought to be put right on this node, and goes on', async () => {
    const started = startRun({ run, answers: { checkReadiness: { notes: ['others may write it'] } } });
    await started.end();
    expect(started.notice).toContainEqual({ type: 'noted', notes: ['others may write it'] });
    expect(started.children.orders).toContain('handbrake start');
  });

  test('leaves quietly when the handbrake is engaged, without taking anything', async () => {
    const started = startRun({ run, handbrake: [exits(1)], answers: NOTHING_TAKEN });
    expect(await started.end()).toEqual({ kind: 'skipped', why: 'handbrakeEngaged' });
  });

  test('leaves quietly when another watcher takes the run lock first', async () => {
    const takeRunLock = { owner: OTHER, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: [] };
    const started = startRun({ run, answers: { ...NOTHING_TAKEN, takeRunLock } });
    expect(await started.end()).toEqual({ kind: 'skipped', why: 'runLockHeld' });
  });

  test('waits for its turn, says who is before it, and then for the delay', async () => {
    const checkLock = inTurn(queued(2), queued(1, 'balancer-3'), queued(1, 'balancer-3'), HELD);
    const started = startRun({ run, answers: { ...CHANGED, requestLock: queued(2), checkLock } });
    await started.reach('delaying');
    expect(started.notice.filter(({ type }) => type === 'lockQueued')).toMatchObject([
      { holder: { title: 'balancer-2' }, ahead: 2 },
      { holder: { title: 'balancer-3' }, ahead: 1 },
    ]);
    await started.advance(4_999);
    expect(started.state()).toContain('delaying');
    expect(started.children.orders).not.toContain('refresh start');
    await started.advance(1);
    expect((await started.end()).kind).toBe('refreshed');
  });

  test('looks at the handbrake again right before the refresh, and stops when it was pulled meanwhile', async () => {
    const started = startRun({ run, answers: CHANGED, handbrake: [exits(0), exits(1)] });
    expect(await started.end()).toEqual({ kind: 'skipped', why: 'handbrakeEngaged' });
    expect(started.children.orders.filter((order) => order === 'handbrake go')).toHaveLength(2);
    expect(started.children.orders).not.toContain('refresh start');
    expect(started.report()).toMatchObject({ refreshStarted: false });
  });

  test('has the lock renewed between the second look and the refresh', async () => {
    const started = startRun({ run, answers: CHANGED });
    await started.reach('delaying');
    expect(started.countOf('renewLock')).toBe(0);
    await started.end();
    expect(started.countOf('renewLock')).toBe(1);
  });
});

describe('a handbrake that leaves processes which have to be stopped', () => {
  test('is released all the same by 0', async () => {
    const started = startRun({ answers: CHANGED, handbrake: [leaves(0, 1)] });
    expect((await started.end()).kind).toBe('refreshed');
    expect(started.children.orders).toContain('handbrake SIGTERM');
  });

  test('is engaged all the same by 1, and broken by anything else', async () => {
    const engaged = startRun({ answers: NOTHING_TAKEN, handbrake: [leaves(1, 1)] });
    expect(await engaged.end()).toEqual({ kind: 'skipped', why: 'handbrakeEngaged' });
    const broken = startRun({ answers: NOTHING_TAKEN, handbrake: [leaves(2, 1)] });
    expect(await broken.end()).toMatchObject({ kind: 'failed', failure: { kind: 'handbrakeBroken' } });
  });
});

describe('a broken handbrake stops the run', () => {
  const broken: readonly [string, ChildScript, string][] = [
    ['it exits with 2', exits(2), 'exited with 2'],
    ['a signal ends it', diesBySignal, 'was ended by SIGSEGV'],
    ['it takes too long', lasts, 'took too long and was stopped'],
    ['it cannot be started', doesNotStart('the handbrake command was not started'), 'was not started'],
  ];

  test.each(broken)('at the first look: %s', async (_title, script, words) => {
    const run = startRun({ handbrake: [script], answers: NOTHING_TAKEN });
    const message = `the handbrake command ${words}; expected exit code 0 (released) or 1 (engaged)`;
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'handbrakeBroken', message } });
  });

  test.each(broken)('at the last look: %s', async (_title, script, words) => {
    const run = startRun({ answers: CHANGED, handbrake: [exits(0), script] });
    const message = expect.stringContaining(words);
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'handbrakeBroken', message } });
    expect(run.children.orders).not.toContain('refresh start');
  });

  test('after its own timeout, not sooner', async () => {
    const run = startRun({ run: { handbrakeTimeoutMs: 30_000 }, handbrake: [lasts], answers: NOTHING_TAKEN });
    await run.advance(29_999);
    expect(run.children.orders).not.toContain('handbrake SIGTERM');
    await run.advance(1);
    expect(run.children.orders).toContain('handbrake SIGTERM');
    expect((await run.end()).kind).toBe('failed');
  });
});

test('a refresh that an earlier run left alive is reported and released, and nothing is started beside it', async () => {
  const orphan = { runId: 'r6', pgid: 6, startedAt: '2026-01-01T00:00:00.000Z' };
  const memory = { generations: { 'sas/front': '5' }, staleRuns: { 'sas/front': 2 }, lastRefresh: null };
  const run = startRun({
    answers: {
      takeRunLock: { owner: null, orphan, memory, notes: ['the refresh of r6 is still alive'] },
      readPrimer: refuse,
      resolveGroups: refuse,
      requestLock: refuse,
    },
  });
  expect(await run.end()).toEqual({ kind: 'skipped', why: 'orphanRefresh' });
  const { generations, staleRuns } = memory;
  expect(run.report()).toMatchObject({ refreshStarted: false, diff: null, generations, staleRuns, keepIntent: true });
  expect(run.notice).toContainEqual({ type: 'noted', notes: ['the refresh of r6 is still alive'] });
});

test('what the last run left, unread, may be a refresh that is alive: the run fails, and is reported and released', async () => {
  const memoryFailure = { kind: 'stateUnreadable', message: 'permission denied' } as const;
  const memory = { generations: {}, lastRefresh: null };
  const run = startRun({
    run: { forceRun: true },
    answers: {
      takeRunLock: { owner: null, orphan: null, memory, memoryFailure, notes: [] },
      readPrimer: refuse,
      resolveGroups: refuse,
      requestLock: refuse,
    },
  });
  expect(await run.end()).toEqual({ kind: 'failed', failure: memoryFailure });
  expect(run.report()).toMatchObject({ refreshStarted: false, keepIntent: true });
});

describe('a lock service that', () => {
  test('is in trouble is asked again, with a warning each time', async () => {
    const trouble = new Failed('lockUnavailable', 'the proxy answers 503');
    const run = startRun({ answers: { ...CHANGED, requestLock: inTurn<typeof HELD>(trouble, trouble, HELD) } });
    expect((await run.end()).kind).toBe('refreshed');
    expect(run.notice.filter(({ type }) => type === 'warned')).toEqual([
      { type: 'warned', failure: trouble.failure },
      { type: 'warned', failure: trouble.failure },
    ]);
  });

  test('refuses us ends the run with its own word', async () => {
    const denied = new Failed('lockDenied', 'no write permission');
    const run = startRun({ answers: { ...CHANGED, requestLock: denied } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: denied.failure });
  });
});
