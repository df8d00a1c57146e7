import { describe, expect, test } from 'vitest';
import type { ChildEvent } from '../../machines/side-effects.ts';
import { Failed } from '../../src/failure.ts';
import {
  type ChildScript,
  childExited,
  diesBySignal,
  doesNotStart,
  exits,
  lasts,
  leaves,
  PGID,
  startsForEver,
} from '../support/fake-child.ts';
import { type Answers, inTurn, ONE_MORE_POD, silent } from '../support/fake-services.ts';
import { named } from '../support/pods.ts';
import { startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };

describe('a refresh command', () => {
  test.each<[string, ChildScript, string, string]>([
    ['exits with another code', exits(3), 'refreshFailed', 'the refresh command exited with 3'],
    ['is ended by a signal', diesBySignal, 'refreshFailed', 'the refresh command was ended by SIGSEGV'],
  ])('that %s fails the run', async (_title, script, kind, message) => {
    const run = startRun({ answers: CHANGED, refresh: [script] });
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind, message } });
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false, keepIntent: false });
  });

  test('whose rest had to be stopped fails the run, though it exited with 0, and counts as no success', async () => {
    const run = startRun({ answers: CHANGED, refresh: [leaves(0, 2)] });
    const message = expect.stringMatching(
      /^the refresh command exited with 0 and left 2 processes of its group running, which had to be stopped; .*haproxy -D, or setsid/,
    );
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'refreshLeftOthers', message } });
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false, keepIntent: false });
    expect(run.children.orders).toContain('refresh SIGTERM');
  });

  test('whose rest ends by itself is judged by its exit alone', async () => {
    const go = [...leaves(0, 1).go, { type: 'groupGone' } as const];
    const run = startRun({ answers: CHANGED, refresh: [{ ...lasts, go }] });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.children.orders).not.toContain('refresh SIGTERM');
  });

  test('that fails says so with the last line that it printed', async () => {
    const output = { stdout: 'checking\n', stderr: 'line 7: unknown keyword\nfatal errors found\n\n', droppedBytes: 0 };
    const go = [{ ...childExited(1), output } as ChildEvent];
    const run = startRun({ answers: CHANGED, refresh: [{ ...lasts, go }] });
    const message = 'the refresh command exited with 1 (last line: fatal errors found)';
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'refreshFailed', message } });
  });

  test('that cannot be started fails the run, and does not count as a try', async () => {
    const run = startRun({
      answers: CHANGED,
      refresh: [doesNotStart('the refresh command was not started: no such file')],
    });
    const message = 'the refresh command was not started: no such file';
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'refreshNotStarted', message } });
    expect(run.report()).toMatchObject({ refreshStarted: false, refreshSucceeded: false });
  });

  test('whose wrapper does not come up in time is given up', async () => {
    const run = startRun({ answers: CHANGED, refresh: [startsForEver] });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshNotStarted' } });
    expect(run.report()).toMatchObject({ refreshStarted: false });
  });

  test('is reported when it starts and when it ends', async () => {
    const run = startRun({ answers: CHANGED });
    await run.end();
    const notice = run.notice.filter(({ type }) => type.startsWith('command'));
    expect(notice).toMatchObject([
      { type: 'commandEnded', command: 'handbrake', result: { code: 0 } },
      { type: 'commandEnded', command: 'handbrake', result: { code: 0 } },
      { type: 'commandStarted', command: 'refresh', pgid: PGID },
      { type: 'commandEnded', command: 'refresh', result: { how: 'exited', code: 0 } },
    ]);
  });
});

describe('the report', () => {
  test('of a good run holds what was compared, and comes before the locks are given back', async () => {
    const run = startRun({ answers: CHANGED });
    await run.end();
    expect(run.report()).toEqual({
      outcome: { kind: 'refreshed', reason: 'changed' },
      refreshStarted: true,
      refreshSucceeded: true,
      keepIntent: false,
      reason: 'changed',
      diff: { groupsCompared: 1, groups: [expect.objectContaining({ added: named('c.example.net') })] },
      generations: {},
      staleRuns: {},
      lastRefresh: { plan: expect.stringMatching(/^1-[0-9a-f]{16}$/), times: 1 },
      hasArrived: false,
      isEffective: true,
    });
    const names = run.calls.map(({ name }) => name);
    const last = ['writeReport', 'releaseLock', 'readNodeRecord', 'writeNodeRecord', 'dropRunLock'];
    expect(names.slice(-5)).toEqual(last);
  });

  test('that cannot be written fails a good run', async () => {
    const full = new Failed('statisticsUnwritable', 'the disk is full');
    const run = startRun({ answers: { ...CHANGED, writeReport: full } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: full.failure });
    expect(run.notice).toContainEqual({ type: 'warned', failure: full.failure });
  });

  test('that a disk never takes fails a good run, which gives back the cluster lock and lets no other run in', async () => {
    const run = startRun({ answers: { ...CHANGED, writeReport: silent } });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'statisticsUnwritable' } });
    expect(run.notice).toContainEqual({
      type: 'warned',
      failure: expect.objectContaining({ message: expect.stringContaining('not written within 30 s') }),
    });
    expect(run.calls.map(({ name }) => name).slice(-3)).toEqual(['releaseLock', 'readNodeRecord', 'writeNodeRecord']);
  });

  test('of a run that was aborted changes nothing about that', async () => {
    const run = startRun({
      answers: { ...CHANGED, writeReport: new Failed('statisticsUnwritable', 'the disk is full') },
    });
    await run.reach('delaying');
    await run.abort('SIGTERM');
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
  });

  test('that cannot be written leaves a failed run its own failure', async () => {
    const writeReport = new Failed('statisticsUnwritable', 'the disk is full');
    const readPrimer = new Failed('primerUnreadable', 'not JSON');
    const run = startRun({ answers: { writeReport, readPrimer } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: readPrimer.failure });
    expect(run.notice).toContainEqual({ type: 'warned', failure: writeReport.failure });
  });

  test('notes are reported', async () => {
    const run = startRun({
      answers: {
        takeRunLock: { owner: null, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: ['one'] },
        writeReport: { notes: ['two'] },
        dropRunLock: { notes: ['three'] },
      },
    });
    await run.end();
    const notes = run.notice.flatMap((notice) => (notice.type === 'noted' ? notice.notes : []));
    expect(notes).toEqual(['one', 'two', 'three']);
  });
});

describe('a lock that cannot be given back', () => {
  const down = new Failed('lockUnavailable', 'the proxy answers 503');

  test('is tried three times, then left to its lease with a warning; the outcome stands', async () => {
    const run = startRun({ answers: { ...CHANGED, releaseLock: down } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.countOf('releaseLock')).toBe(3);
    expect(run.notice.filter(({ type }) => type === 'warned')).toEqual([{ type: 'warned', failure: down.failure }]);
  });

  test('at first, but then is, is no warning', async () => {
    const releaseLock = inTurn<{ readonly released: true }>(down, down, { released: true });
    const run = startRun({ answers: { ...CHANGED, releaseLock } });
    expect((await run.end()).kind).toBe('refreshed');
    expect(run.notice.filter(({ type }) => type === 'warned')).toEqual([]);
  });

  test('on this node is a warning; the outcome stands', async () => {
    const broken = new Failed('runLockBroken', 'the pid file is not ours');
    const run = startRun({ answers: { dropRunLock: broken } });
    expect(await run.end()).toEqual({ kind: 'unchanged', why: 'noDifference' });
    expect(run.notice).toContainEqual({ type: 'warned', failure: broken.failure });
  });
});

describe('a service with a bug', () => {
  const bug = new TypeError('x is not a function');
  const unexpected = { kind: 'unexpected', message: 'TypeError: x is not a function' };
  const fatal = [
    'checkRunLock',
    'checkReadiness',
    'takeRunLock',
    'readPrimer',
    'resolveGroups',
    'requestLock',
    'writeReport',
  ] as const satisfies readonly (keyof Answers)[];

  test.each(fatal)('%s fails the run as unexpected, and everything is given back', async (name) => {
    const run = startRun({ answers: { ...CHANGED, [name]: bug } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: unexpected });
  });

  test('checkLock fails the run as unexpected, and everything is given back', async () => {
    const holder = null;
    const requestLock = { standing: 'queued', holder, ahead: 1, leaseLeftMs: 30_000 } as const;
    const run = startRun({ answers: { ...CHANGED, requestLock, checkLock: bug } });
    expect(await run.end()).toEqual({ kind: 'failed', failure: unexpected });
  });

  test('renewLock loses the lock when its lease ends', async () => {
    const run = startRun({ answers: { ...CHANGED, renewLock: bug } });
    const message = expect.stringContaining(unexpected.message);
    expect(await run.end()).toEqual({ kind: 'failed', failure: { kind: 'lockLost', message } });
  });

  test.each(['releaseLock', 'dropRunLock'] as const)('%s is a warning at the end', async (name) => {
    const run = startRun({ answers: { ...CHANGED, [name]: bug } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.notice).toContainEqual({ type: 'warned', failure: unexpected });
  });

  test.each(['handbrake', 'refresh'] as const)('a child that breaks under the %s fails the run', async (command) => {
    const breaks: ChildScript = {
      ...exits(0),
      get start(): never {
        throw bug;
      },
    };
    const run = startRun({ answers: CHANGED, [command]: [breaks] });
    expect(await run.end()).toEqual({ kind: 'failed', failure: unexpected });
  });

  test('a child that breaks once the refresh was let go leaves its intent for the next run', async () => {
    const breaks: ChildScript = {
      ...exits(0),
      get go(): never {
        throw bug;
      },
    };
    const run = startRun({ answers: CHANGED, refresh: [breaks] });
    expect(await run.end()).toEqual({ kind: 'failed', failure: unexpected });
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false, keepIntent: true });
  });
});
