import { describe, expect, test } from 'vitest';
import { planOfRun } from '../../machines/brake.ts';
import type { HaproxyLook } from '../../machines/side-effects.ts';
import type { RunInput } from '../../machines/vocabulary.ts';
import { Failed } from '../../src/failure.ts';
import { exits, lasts, unkillable } from '../support/fake-child.ts';
import { GONE, inTurn, ONE_MORE_POD, silent } from '../support/fake-services.ts';
import { answer, pod } from '../support/pods.ts';
import { runInput } from '../support/run-input.ts';
import { type Situation, startRun } from '../support/start-run.ts';

const BY_SOCKET = { asksHaproxy: true, runsCommand: false, timeLimitMs: 10_000 };
const BY_COMMAND = { asksHaproxy: false, runsCommand: true, timeLimitMs: 10_000 };
const BY_BOTH = { ...BY_SOCKET, runsCommand: true };

const THERE = { missing: [], isOld: false };
const LACKING = { missing: ['c.example.net'], isOld: false };
const OLD = { missing: [], isOld: true };

function start(verify: RunInput['verify'], { run, answers, ...more }: Situation = {}) {
  return startRun({
    run: { verify: verify ?? null, ...run },
    answers: { resolveGroups: { answers: ONE_MORE_POD }, ...answers },
    ...more,
  });
}

const INEFFECTIVE = { kind: 'failed', failure: { kind: 'refreshIneffective' } };

describe('a refresh whose command exited with 0', () => {
  test('is believed where nobody is to be asked', async () => {
    const run = start(null);
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.countOf('lookAtHaproxy')).toBe(0);
  });

  test('is effective once HAProxy has the added pods in a new process', async () => {
    const run = start(BY_SOCKET, { answers: { lookAtHaproxy: inTurn(LACKING, OLD, THERE) } });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.countOf('lookAtHaproxy')).toBe(3);
    expect(run.calls.find(({ name }) => name === 'lookAtHaproxy')?.input).toEqual({ expected: [pod('c')] });
    expect(run.report()).toMatchObject({ refreshSucceeded: true, keepIntent: false, lastRefresh: { times: 1 } });
  });

  test('is looked at with the lock held', async () => {
    const run = start(BY_SOCKET, { answers: { lookAtHaproxy: inTurn(LACKING, THERE) } });
    await run.end();
    const names = run.calls.map(({ name }) => name);
    expect(names.lastIndexOf('lookAtHaproxy')).toBeLessThan(names.indexOf('releaseLock'));
  });

  test('is looked at again while HAProxy cannot be asked', async () => {
    const down = new Failed('refreshIneffective', '/run/haproxy.sock: connection refused');
    const run = start(BY_SOCKET, { answers: { lookAtHaproxy: inTurn<HaproxyLook>(down, down, THERE) } });
    expect(await run.end()).toMatchObject({ kind: 'refreshed' });
  });

  test.each([
    [LACKING, 'HAProxy has no server for c.example.net'],
    [OLD, 'HAProxy’s process is the one from before the refresh'],
    [new Failed('refreshIneffective', '/run/x.sock: connection refused'), '/run/x.sock: connection refused'],
  ])('is not effective when haproxy_verify_timeout is over first', async (look, why) => {
    const run = start(BY_SOCKET, { answers: { lookAtHaproxy: inTurn<HaproxyLook>(look) } });
    const outcome = await run.end();
    expect(outcome).toMatchObject(INEFFECTIVE);
    expect(outcome.kind === 'failed' && outcome.failure.message).toContain(`not seen to be effective: ${why}`);
    expect(run.report()).toMatchObject({ refreshSucceeded: true, lastRefresh: { times: 1 }, keepIntent: false });
    expect(run.countOf('lookAtHaproxy')).toBeGreaterThan(10);
  });

  test('has the whole of haproxy_verify_timeout, though haproxy_timeout is over meanwhile', async () => {
    const verify = { ...BY_SOCKET, timeLimitMs: 900_000 };
    const run = start(verify, { run: { budgetMs: 60_000 }, answers: { lookAtHaproxy: inTurn(LACKING) } });
    expect(await run.end()).toMatchObject(INEFFECTIVE);
    expect(run.clock.now()).toBeGreaterThan(900_000);
  });

  test('has to bring what both looks at discovery saw, and no more', async () => {
    const answers = {
      resolveGroups: inTurn({ answers: ONE_MORE_POD }, { answers: [answer([pod('a'), pod('b'), pod('c'), pod('d')])] }),
      lookAtHaproxy: inTurn(THERE),
    };
    const run = start(BY_SOCKET, { answers });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(run.calls.find(({ name }) => name === 'lookAtHaproxy')?.input).toEqual({ expected: [pod('c')] });
  });

  test('is not effective when HAProxy does not answer', async () => {
    const run = start(BY_SOCKET, { answers: { lookAtHaproxy: silent } });
    expect(await run.end()).toMatchObject(INEFFECTIVE);
  });

  test('is effective by the verify command’s word alone', async () => {
    const run = start(BY_COMMAND, { verify: [exits(1), exits(7), exits(0)] });
    expect(await run.end()).toMatchObject({ kind: 'refreshed' });
    expect(run.countOf('lookAtHaproxy')).toBe(0);
    const ends = run.notice.filter((notice) => notice.type === 'commandEnded' && notice.command === 'verify');
    expect(ends).toHaveLength(3);
  });

  test('is effective where both say so, in one go', async () => {
    const run = start(BY_BOTH, { answers: { lookAtHaproxy: inTurn(THERE) }, verify: [exits(1), exits(0)] });
    expect(await run.end()).toMatchObject({ kind: 'refreshed' });
    expect(run.countOf('lookAtHaproxy')).toBe(2);
  });

  test('is not effective where the verify command never says so, and its last word is reported', async () => {
    const outcome = await start(BY_COMMAND, { verify: [exits(3)] }).end();
    expect(outcome).toMatchObject(INEFFECTIVE);
    expect(outcome.kind === 'failed' && outcome.failure.message).toContain('the verify command exited with 3');
  });

  test('is not looked at when it is not 0', async () => {
    const run = start(BY_SOCKET, { refresh: [exits(1)] });
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'refreshFailed' } });
    expect(run.countOf('lookAtHaproxy')).toBe(0);
  });

  test('of a forced run is for no pods, and yet for a new process', async () => {
    const run = startRun({
      run: { verify: BY_SOCKET, forceRun: true },
      answers: { lookAtHaproxy: inTurn(OLD, THERE) },
    });
    expect(await run.end()).toEqual({ kind: 'refreshed', reason: 'forced' });
    expect(run.calls.find(({ name }) => name === 'lookAtHaproxy')?.input).toEqual({ expected: [] });
  });
});

describe('a refresh that was not seen to be effective', () => {
  const has = (...ids: string[]) => ({
    groups: [{ cluster: 'sas', endpointSet: 'front', endpoints: ids.map((id) => pod(id)) }],
  });

  test.each([
    ['because HAProxy lacks its pods', { verify: BY_SOCKET, look: LACKING, refresh: exits(0) }],
    ['because its command failed', { verify: null, look: THERE, refresh: exits(1) }],
  ])('%s is made up for by the next run, for the same plan, though the primer has the pods', async (_why, vain) => {
    const { look, refresh, verify } = vain;
    const first = start(verify, { answers: { lookAtHaproxy: inTurn<HaproxyLook>(look) }, refresh: [refresh] });
    expect(await first.end()).toMatchObject({ kind: 'failed' });
    expect(first.report()).toMatchObject({ isEffective: false });

    const memory = { generations: {}, lastRefresh: null, primerBefore: has('a', 'b').groups };
    const takeRunLock = { owner: null, orphan: null, memory, notes: [] };
    const answers = { takeRunLock, readPrimer: has('a', 'b', 'c'), lookAtHaproxy: inTurn<HaproxyLook>(THERE) };
    const next = start(BY_SOCKET, { answers });
    expect(await next.end()).toEqual({ kind: 'refreshed', reason: 'changed' });
    expect(next.calls.find(({ name }) => name === 'lookAtHaproxy')?.input).toEqual({ expected: [pod('c')] });
    expect(next.report()).toMatchObject({ isEffective: true });
    expect(planOfRun({ run: runInput(), diff: next.report()!.diff })).toBe(
      planOfRun({ run: runInput(), diff: first.report()!.diff }),
    );
  });

  test('is a reason for a dry run to say so', async () => {
    const memory = { generations: {}, lastRefresh: null, primerBefore: has('a', 'b').groups };
    const takeRunLock = { owner: null, orphan: null, memory, notes: [] };
    const next = start(null, { run: { dryRun: true }, answers: { takeRunLock, readPrimer: has('a', 'b', 'c') } });
    expect(await next.end()).toEqual({ kind: 'wouldRefresh' });
    expect(next.report()).toMatchObject({ isEffective: false });
  });
});

describe('the verify command is stopped, and its end awaited,', () => {
  test('when haproxy_verify_timeout is over', async () => {
    const run = start({ ...BY_COMMAND, timeLimitMs: 2_000 }, { verify: [lasts] });
    expect(await run.end()).toMatchObject(INEFFECTIVE);
    expect(run.children.orders).toContain('verify SIGTERM');
  });

  test('when haproxy_verify_timeout is over, and not when haproxy_timeout is', async () => {
    const run = start({ ...BY_COMMAND, timeLimitMs: 900_000 }, { run: { budgetMs: 60_000 }, verify: [lasts] });
    expect(await run.end()).toMatchObject(INEFFECTIVE);
    expect(run.clock.now()).toBeGreaterThan(900_000);
  });

  test('when the cluster lock is lost, which is how the run ends then', async () => {
    const run = start(BY_COMMAND, { verify: [lasts] });
    await run.reach('runningVerifyCommand');
    run.answers.renewLock = GONE;
    expect(await run.end()).toMatchObject({ kind: 'failed', failure: { kind: 'lockLost' } });
    expect(run.children.orders).toContain('verify SIGTERM');
  });

  test('at a signal', async () => {
    const run = start(BY_COMMAND, { verify: [lasts] });
    await run.reach('runningVerifyCommand');
    await run.abort('SIGTERM');
    expect(await run.end()).toEqual({ kind: 'aborted', signal: 'SIGTERM' });
  });

  test('as far as anything can stop it: the refresh itself is no orphan', async () => {
    const run = start({ ...BY_COMMAND, timeLimitMs: 1_000 }, { verify: [unkillable] });
    expect(await run.end()).toMatchObject(INEFFECTIVE);
    expect(run.report()).toMatchObject({ keepIntent: false });
  });
});
