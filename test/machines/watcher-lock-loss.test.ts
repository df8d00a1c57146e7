import { describe, expect, test, vi } from 'vitest';
import { LEASE_TOO_SHORT } from '../../machines/failures.ts';
import type { RenewAnswer } from '../../machines/side-effects.ts';
import type { RunState } from '../../machines/state-names.ts';
import { Failed } from '../../src/failure.ts';
import { childExited, exits, lasts, startsForEver, stubborn } from '../support/fake-child.ts';
import { GONE, inTurn, ONE_MORE_POD, RENEWED, silent } from '../support/fake-services.ts';
import { type Situation, startRun } from '../support/start-run.ts';

const CHANGED = { resolveGroups: { answers: ONE_MORE_POD } };
const LOST = {
  kind: 'failed',
  failure: { kind: 'lockLost', message: 'the cluster lock is no longer ours: no such transaction' },
};
const FINISH = { onLockLost: 'finish', refreshTimeoutMs: 15_000 } as const;

const modes = [
  ['terminate', {}],
  ['finish', FINISH],
] as const;

const places: readonly [RunState, Situation][] = [
  ['delaying', { answers: CHANGED }],
  ['lookingAtHandbrake', { answers: CHANGED, handbrake: [exits(0), lasts] }],
  ['confirmingLock', { answers: CHANGED }],
];

describe.each(modes)('on_lock_lost: %s', (_mode, policy) => {
  test.each(places)('a lock lost in %s fails the run before anything was touched', async (state, situation) => {
    // Long enough for a renewal to come due in every state.
    const delayed = state === 'delaying' ? { refreshDelayMs: 60_000 } : {};
    const run = startRun({ ...situation, run: { handbrakeTimeoutMs: 600_000, ...delayed, ...policy } });
    await run.reach(state === 'confirmingLock' ? 'delaying' : state);
    run.answers.renewLock = GONE;
    expect(await run.end()).toEqual(LOST);
    expect(run.notice).toContainEqual({ type: 'lockLost', failure: LOST.failure });
    expect(run.children.orders).not.toContain('refresh start');
    expect(run.report()).toMatchObject({ refreshStarted: false, outcome: LOST });
  });

  test('a refresh that was not let go yet never goes once the lock is lost', async () => {
    const run = startRun({ run: policy, answers: CHANGED, refresh: [startsForEver] });
    await run.reach('refreshing');
    run.answers.renewLock = GONE;
    await run.advance(8_000);
    run.children.tell({ type: 'childReady', pgid: 1 });
    expect(await run.end()).toEqual(LOST);
    expect(run.children.orders).not.toContain('refresh go');
    expect(run.report()).toMatchObject({ refreshStarted: false });
  });
});

test('a lock machine that breaks while in line counts as lost, and the run lock is given back', async () => {
  // XState warns of what is sent to a machine that broke.
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  // A driver that breaks its word breaks the machine that trusts it.
  const run = startRun({ answers: { ...CHANGED, requestLock: (async () => undefined) as never } });
  await run.reach('failed');
  warn.mockRestore();
  expect(run.report()?.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'unexpected' } });
  expect(run.countOf('dropRunLock')).toBe(1);
});

describe('a refresh whose lock is lost', () => {
  test('is stopped at once with terminate, even when it then ends well', async () => {
    const run = startRun({
      answers: CHANGED,
      refresh: [{ ...lasts, SIGTERM: [childExited(0), { type: 'groupGone' }] }],
    });
    await run.reach('refreshing');
    run.answers.renewLock = GONE;
    await run.advance(10_000);
    expect(run.children.orders).toContain('refresh SIGTERM');
    expect(await run.end()).toEqual(LOST);
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: false, keepIntent: false });
  });

  test('is gone before the lease can pass to another node, when no renewal is answered any more', async () => {
    const run = startRun({ run: { leaseMs: 30_000, killGraceMs: 10_000 }, answers: CHANGED, refresh: [stubborn] });
    await run.reach('refreshing');
    const provenAtMs = run.clock.now();
    run.answers.renewLock = silent;
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'lockLost' } });
    expect(run.children.orders).toContain('refresh SIGKILL');
    expect(run.clock.now()).toBeLessThan(provenAtMs + 30_000);
  });

  test('may finish with finish, and the run still says what happened', async () => {
    const run = startRun({ run: FINISH, answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    run.answers.renewLock = GONE;
    await run.advance(10_000);
    expect(run.notice).toContainEqual({ type: 'lockLost', failure: LOST.failure });
    expect(run.children.orders).not.toContain('refresh SIGTERM');
    run.children.tell(childExited(0));
    expect(await run.end()).toEqual(LOST);
    expect(run.report()).toMatchObject({ refreshStarted: true, refreshSucceeded: true });
  });

  test('is stopped with finish too once the lease is spent: no refresh outlives it', async () => {
    const patient = { ...FINISH, refreshTimeoutMs: 600_000 };
    const run = startRun({ run: patient, answers: CHANGED, refresh: [stubborn] });
    await run.reach('refreshing');
    const provenAtMs = run.clock.now();
    run.answers.renewLock = new Failed('lockUnavailable', 'the proxy answers 503');
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'lockLost' } });
    expect(run.children.orders).toContain('refresh SIGKILL');
    expect(run.clock.now()).toBeLessThan(provenAtMs + 30_000);
  });

  test('is stopped when every renewal is denied, and the lease ends', async () => {
    const run = startRun({ answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    run.answers.renewLock = new Failed('lockDenied', 'the token was banned');
    const failure = { kind: 'lockLost', message: expect.stringContaining('the token was banned') };
    expect(await run.end()).toMatchObject({ kind: 'failed', failure });
    expect(run.children.orders).toContain('refresh SIGTERM');
  });

  test('is nothing that one denied renewal brings about', async () => {
    const run = startRun({ answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    run.answers.renewLock = inTurn<RenewAnswer>(new Failed('lockDenied', 'who are you?'), RENEWED);
    await run.advance(60_000);
    run.children.tell(childExited(0));
    expect(await run.end()).toMatchObject({ kind: 'refreshed' });
  });

  test('keeps its own failure apart: the lost lock is the outcome, the failed command is reported', async () => {
    const run = startRun({ run: FINISH, answers: CHANGED, refresh: [lasts] });
    await run.reach('refreshing');
    run.answers.renewLock = GONE;
    await run.advance(10_000);
    run.children.tell(childExited(1));
    expect(await run.end()).toEqual(LOST);
    const ended = run.notice.find((notice) => notice.type === 'commandEnded' && notice.command === 'refresh');
    expect(ended).toMatchObject({ result: { code: 1 } });
  });
});

describe('the last renewal', () => {
  test.each([
    ['terminate', {}, 13_000],
    ['finish', FINISH, 13_000],
  ] as const)('must leave enough of the lease: %s', async (_mode, policy, needsMs) => {
    const short = startRun({
      run: policy,
      answers: { ...CHANGED, renewLock: { standing: 'renewed', leaseLeftMs: needsMs } },
    });
    expect(await short.end()).toEqual({ kind: 'failed', failure: LEASE_TOO_SHORT });
    expect(short.children.orders).not.toContain('refresh start');
    const enough = { standing: 'renewed', leaseLeftMs: needsMs + 1 } as const;
    expect((await startRun({ run: policy, answers: { ...CHANGED, renewLock: enough } }).end()).kind).toBe('refreshed');
  });

  test('may fail and be repeated while the lease lasts', async () => {
    const run = startRun({ answers: CHANGED });
    await run.reach('delaying');
    run.answers.renewLock = new Failed('lockUnavailable', 'the proxy answers 503');
    await run.reach('confirmingLock');
    await run.advance(3_000);
    expect(run.state()).toContain('confirmingLock');
    run.answers.renewLock = { standing: 'renewed', leaseLeftMs: 30_000 };
    expect((await run.end()).kind).toBe('refreshed');
  });
});
