import { describe, expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import type { LockAnswer, RenewAnswer } from '../../machines/side-effects.ts';
import { Failed } from '../../src/failure.ts';
import { GONE, HELD, inTurn, onceThenSilent, queued, RENEWED, silent } from '../support/fake-services.ts';
import { type Lock, startLock } from '../support/start-lock.ts';

const REQUEST = { type: 'request', claim: { reason: 'changed' } };
const trouble = new Failed('lockUnavailable', 'the proxy answers 503');
const denied = new Failed('lockDenied', 'no write permission');

async function requested(...[answers, input]: Parameters<typeof startLock>): Promise<Lock> {
  const lock = await startLock(answers, input);
  await lock.send(REQUEST);
  return lock;
}

describe('asking', () => {
  test('nothing is asked of the lock service before somebody wants the lock', async () => {
    const lock = await startLock();
    await lock.advance(60_000);
    expect(lock.timesOf('requestLock')).toEqual([]);
    expect(lock.news).toEqual([]);
  });

  test('a free lock is held at once, and never polled', async () => {
    const lock = await requested();
    expect(lock.news).toEqual([{ type: 'lockHeld' }]);
    await lock.advance(60_000);
    expect(lock.timesOf('checkLock')).toEqual([]);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('a place in line is reported once, and again only when it changes', async () => {
    const checkLock = inTurn(queued(2), queued(2), queued(1), queued(1, 'balancer-3'), HELD);
    const lock = await requested({ requestLock: queued(2), checkLock });
    await lock.advance(10_000);
    expect(lock.news.map(({ type, ahead, holder }) => [type, ahead, holder?.title])).toEqual([
      ['lockQueued', 2, 'balancer-2'],
      ['lockQueued', 1, 'balancer-2'],
      ['lockQueued', 1, 'balancer-3'],
      ['lockHeld', undefined, undefined],
    ]);
  });

  test('a place or a holder that is no longer known is news as well, and so is one that is known again', async () => {
    const unknownPlace = { ...queued(2), ahead: null };
    const unknownHolder = { ...queued(2), holder: null };
    const checkLock = inTurn(unknownPlace, unknownPlace, queued(2), unknownHolder, unknownHolder, HELD);
    const lock = await requested({ requestLock: queued(2), checkLock }, { refreshDelayMs: 1_000 });
    await lock.advance(30_000);
    expect(lock.news.map(({ type, ahead, holder }) => [type, ahead, holder?.title])).toEqual([
      ['lockQueued', 2, 'balancer-2'],
      ['lockQueued', null, 'balancer-2'],
      ['lockQueued', 2, 'balancer-2'],
      ['lockQueued', 2, undefined],
      ['lockHeld', undefined, undefined],
    ]);
  });

  test('the next in line asks rarely while the holder waits, and often once its refresh can end', async () => {
    const lock = await requested({ requestLock: queued(1), checkLock: queued(1) }, { refreshDelayMs: 5_000 });
    await lock.advance(20_000);
    const times = lock.timesOf('checkLock');
    const gapsBetween = (from: number, to: number) => gapsOf(times.filter((time) => time >= from && time < to));
    expect(times.filter((time) => time < 3_500).length).toBeLessThan(5);
    expect(Math.max(...gapsBetween(5_300, 6_300))).toBeLessThanOrEqual(125);
    expect(Math.min(...gapsBetween(14_000, 20_000))).toBeGreaterThanOrEqual(150);
    expect(new Set(gapsBetween(14_000, 20_000)).size).toBeGreaterThan(5);
  });

  test('a new holder has its own delay before it', async () => {
    const checkLock = inTurn(...Array.from({ length: 12 }, () => queued(1)), queued(1, 'balancer-3'));
    const lock = await requested({ requestLock: queued(1), checkLock }, { refreshDelayMs: 2_000 });
    await lock.advance(10_000);
    const gaps = gapsOf(lock.timesOf('checkLock'));
    expect(Math.max(...gaps.slice(4, 12))).toBeLessThan(250);
    expect(gaps[12]).toBeGreaterThanOrEqual(750);
  });

  test('a service whose check waits for a change is asked again as soon as it has answered', async () => {
    const waits = { ...queued(3), checkWaits: true };
    const checkLock = inTurn(waits, waits, HELD);
    const lock = await requested({ requestLock: waits, checkLock });
    await lock.advance(0);
    expect(lock.timesOf('checkLock')).toEqual([0, 0, 0]);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('a service that can no longer wait is polled again', async () => {
    const checkLock = inTurn({ ...queued(1), checkWaits: true }, queued(1));
    const answers = { requestLock: { ...queued(1), checkWaits: true }, checkLock };
    const lock = await requested(answers, { refreshDelayMs: 5_000 });
    await lock.advance(1_000);
    expect(lock.timesOf('checkLock').length).toBeLessThan(9);
  });

  test('two nodes with different seeds do not ask in step, and one seed always waits the same', async () => {
    const times = async (jitterSeed: number) => {
      const lock = await requested({ requestLock: queued(1), checkLock: queued(1) }, { jitterSeed });
      await lock.advance(3_000);
      return lock.timesOf('checkLock');
    };
    expect(await times(1)).toEqual(await times(1));
    expect(await times(1)).not.toEqual(await times(2));
  });
});

describe('a request that took long', () => {
  const late = (leaseLeftMs: number) => ({ requestLock: { ...HELD, leaseLeftMs }, checkLock: HELD });

  test.each([
    [22_500, 0],
    [22_499, 1],
    [0, 1],
  ])('and left %i ms of its lease is renewed %i times before anything relies on it', async (leftMs, renewals) => {
    const lock = await requested(late(leftMs));
    await lock.advance(0);
    expect(lock.timesOf('renewLock')).toHaveLength(renewals);
    expect(lock.timesOf('checkLock')).toHaveLength(renewals);
    expect(lock.news).toEqual([{ type: 'lockHeld' }]);
    await lock.advance(60_000);
    expect(lock.news).toHaveLength(1);
  });

  test('is believed by what is asked after its renewal, not by its own answer', async () => {
    const lock = await requested({ ...late(9_000), checkLock: queued(1) });
    await lock.advance(0);
    expect(lock.news).toMatchObject([{ type: 'lockQueued', ahead: 1 }]);
  });

  test('says nothing while its renewal is under way, and counts its lease from that', async () => {
    const lock = await requested({ ...late(9_000), renewLock: silent });
    await lock.advance(30_000);
    expect(lock.news).toEqual([]);
    expect(lock.state()).toBe('renewingFirst');
  });

  test.each([
    ['finds nothing any more', GONE, 'our place in the line is gone, getting in line again: no such transaction'],
    ['fails', trouble, trouble.message],
    ['is denied', denied, denied.message],
  ])('is made again, after a pause, when its renewal %s', async (_title, answer, message) => {
    const lock = await requested({ ...late(9_000), renewLock: answer });
    await lock.advance(0);
    expect(lock.news).toMatchObject([{ type: 'lockDelayed', failure: { message } }]);
    expect(lock.timesOf('requestLock')).toHaveLength(1);
    lock.answers.requestLock = HELD;
    await lock.advance(500);
    expect(lock.timesOf('requestLock')).toHaveLength(2);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });
});

describe('a place that the lock service no longer knows', () => {
  test.each([
    ['a request', { requestLock: inTurn<LockAnswer>(GONE, queued(1)), checkLock: queued(1) }],
    ['a check', { requestLock: queued(1), checkLock: inTurn<LockAnswer>(GONE, queued(1)) }],
  ])('is asked for anew after a pause, when %s finds it gone', async (_title, answers) => {
    const lock = await requested(answers);
    await lock.advance(5_000);
    expect(lock.timesOf('requestLock')).toHaveLength(2);
    expect(lock.notice('lockDelayed')).toMatchObject([{ failure: { kind: 'lockUnavailable' } }]);
    expect(lock.notice('lockLost')).toEqual([]);
  });

  test('is asked for ever more rarely when it is gone as soon as it is given', async () => {
    const lock = await requested({ requestLock: GONE });
    await lock.advance(60_000);
    expect(Math.max(...gapsOf(lock.timesOf('requestLock')))).toBeGreaterThan(2_000);
  });
});

describe('a lock service in trouble', () => {
  test('is asked for a place ever more rarely, up to a bound, and reported each time', async () => {
    const lock = await requested({ requestLock: trouble });
    await lock.advance(60_000);
    const gaps = gapsOf(lock.timesOf('requestLock'));
    gaps.forEach((gap, index) => {
      const full = Math.min(500 * 2 ** index, 5_000);
      expect(gap).toBeGreaterThanOrEqual(full / 2);
      expect(gap).toBeLessThanOrEqual(full);
    });
    expect(gaps.length).toBeGreaterThan(10);
    expect(lock.notice('lockDelayed').length).toBe(lock.timesOf('requestLock').length);
    lock.answers.requestLock = HELD;
    await lock.advance(5_000);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('is asked where we stand more rarely, while the place is kept alive', async () => {
    const lock = await requested({ requestLock: queued(1), checkLock: trouble });
    await lock.advance(60_000);
    expect(Math.max(...gapsOf(lock.timesOf('checkLock')))).toBeGreaterThan(2_000);
    expect(lock.timesOf('renewLock').length).toBeGreaterThanOrEqual(7);
    expect(lock.timesOf('requestLock')).toHaveLength(1);
    lock.answers.checkLock = HELD;
    await lock.advance(5_000);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('starts from a short wait again after it recovered', async () => {
    const lock = await requested({ requestLock: queued(1), checkLock: trouble });
    await lock.advance(30_000);
    lock.answers.checkLock = queued(1);
    await lock.advance(6_000);
    lock.answers.checkLock = trouble;
    const before = lock.timesOf('checkLock').length;
    await lock.advance(1_000);
    expect(lock.timesOf('checkLock').length).toBeGreaterThan(before + 1);
  });
});

describe('a denial', () => {
  const IN_LINE = { requestLock: queued(1), checkLock: queued(1), renewLock: RENEWED };

  test('of a place is final, and nothing more is asked', async () => {
    const lock = await requested({ requestLock: denied });
    expect(lock.news).toEqual([{ type: 'lockRefused', failure: denied.failure }]);
    await lock.advance(60_000);
    expect(lock.timesOf('requestLock')).toHaveLength(1);
    expect(lock.notice('lockRefused')).toHaveLength(1);
  });

  test('of questions in line is final after a whole lease', async () => {
    const lock = await requested({ ...IN_LINE, checkLock: denied });
    const firstAtMs = lock.timesOf('checkLock')[0] ?? 0;
    await lock.advance(30_000);
    expect(lock.notice('lockRefused')).toEqual([]);
    expect(lock.timesOf('checkLock').length).toBeGreaterThan(5);
    await lock.advance(firstAtMs + 500);
    expect(lock.news.at(-1)).toEqual({ type: 'lockRefused', failure: denied.failure });
    const asked = lock.timesOf('checkLock').length;
    await lock.advance(60_000);
    expect(lock.timesOf('checkLock').length).toBe(asked);
  });

  test('of questions in line is reported as what it is although the last one met other trouble', async () => {
    const lock = await requested({ ...IN_LINE, checkLock: inTurn<LockAnswer>(denied, trouble) });
    await lock.advance(31_000);
    expect(lock.news.at(-1)).toEqual({ type: 'lockRefused', failure: denied.failure });
  });

  test('of a question in line that is answered later costs nothing, however often', async () => {
    const lock = await requested({
      ...IN_LINE,
      checkLock: inTurn<LockAnswer>(denied, denied, queued(1), denied, queued(1)),
    });
    await lock.advance(120_000);
    lock.answers.checkLock = HELD;
    await lock.advance(5_000);
    expect(lock.notice('lockRefused')).toEqual([]);
    expect(lock.timesOf('requestLock')).toHaveLength(1);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('of renewals in line costs the place, and then the new request decides', async () => {
    const lock = await requested({ ...IN_LINE, renewLock: denied });
    lock.answers.requestLock = denied;
    await lock.advance(16_999);
    expect(lock.notice('lockRefused')).toEqual([]);
    expect(lock.timesOf('renewLock').length).toBeGreaterThan(5);
    await lock.advance(1_001);
    expect(lock.news.at(-1)).toEqual({ type: 'lockRefused', failure: denied.failure });
  });

  test('of one renewal of the held lock is not even news', async () => {
    const lock = await requested({ renewLock: inTurn<RenewAnswer>(denied, denied, RENEWED) });
    await lock.advance(60_000);
    expect(lock.news).toEqual([{ type: 'lockHeld' }]);
  });

  test('of every renewal of the held lock loses it when its lease ends, and is named then', async () => {
    const lock = await requested({ renewLock: denied });
    await lock.advance(16_999);
    expect(lock.notice('lockLost')).toEqual([]);
    await lock.advance(1);
    const message =
      'no renewal of the cluster lock succeeded in time; its lease can no longer be relied on (no write permission)';
    expect(lock.news.at(-1)).toEqual({ type: 'lockLost', failure: { kind: 'lockLost', message }, leaseSpent: true });
  });

  test('of a renewal is forgotten with the next good one', async () => {
    const lock = await requested({ renewLock: inTurn<RenewAnswer>(denied, RENEWED) });
    await lock.advance(9_000);
    expect(lock.timesOf('renewLock').length).toBeGreaterThan(1);
    lock.answers.renewLock = silent;
    await lock.advance(30_000);
    const message = 'no renewal of the cluster lock succeeded in time; its lease can no longer be relied on';
    expect(lock.news.at(-1)).toMatchObject({ type: 'lockLost', failure: { message } });
  });

  test('of a confirmation is asked again as well', async () => {
    const lock = await requested({ renewLock: inTurn<RenewAnswer>(denied, RENEWED) });
    await lock.send({ type: 'confirm' });
    await lock.advance(1_000);
    expect(lock.notice('lockConfirmed')).toHaveLength(1);
  });
});

describe('the lease', () => {
  test('is renewed after every quarter of it', async () => {
    const lock = await requested();
    await lock.advance(30_000);
    expect(lock.timesOf('renewLock')).toEqual([7_500, 15_000, 22_500, 30_000]);
  });

  test('is renewed in line as well', async () => {
    const lock = await requested({ requestLock: queued(1), checkLock: queued(1) });
    await lock.advance(15_000);
    expect(lock.timesOf('renewLock')).toEqual([7_500, 15_000]);
  });

  test('has one renewal under way at a time', async () => {
    const lock = await requested({ renewLock: silent });
    await lock.advance(16_000);
    await lock.send({ type: 'confirm' });
    expect(lock.timesOf('renewLock')).toEqual([7_500]);
  });

  test('survives renewals that fail for a while', async () => {
    const lock = await requested({ renewLock: trouble });
    await lock.advance(15_000);
    const gaps = gapsOf(lock.timesOf('renewLock'));
    expect(gaps.length).toBeGreaterThan(5);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(500);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(1_000);
    lock.answers.renewLock = RENEWED;
    await lock.advance(60_000);
    expect(lock.notice('lockLost')).toEqual([]);
    expect(lock.news).toEqual([{ type: 'lockHeld' }]);
  });

  test('that nobody renews is lost while there is time to act', async () => {
    const lock = await requested({ renewLock: trouble });
    await lock.advance(16_999);
    expect(lock.notice('lockLost')).toEqual([]);
    await lock.advance(1);
    expect(lock.notice('lockLost')).toMatchObject([{ failure: { kind: 'lockLost' }, leaseSpent: true }]);
    const asked = lock.timesOf('renewLock').length;
    await lock.advance(60_000);
    expect(lock.timesOf('renewLock').length).toBe(asked);
  });

  test('that came short is renewed in the middle of what can be used of it', async () => {
    const short = { standing: 'renewed', leaseLeftMs: 20_000 } as const;
    const lock = await requested({ renewLock: inTurn(short, RENEWED) });
    await lock.advance(30_000);
    expect(lock.timesOf('renewLock').slice(0, 3)).toEqual([7_500, 11_000, 18_500]);
    const alone = await requested({ renewLock: onceThenSilent(short) });
    await alone.advance(14_499);
    expect(alone.notice('lockLost')).toEqual([]);
    await alone.advance(1);
    expect(alone.notice('lockLost')).toMatchObject([{ leaseSpent: true }]);
  });

  test.each([13_000, 12_999, 0])(
    'of which only %i ms are left cannot be used: the lock is lost at once',
    async (leaseLeftMs) => {
      const lock = await requested({ renewLock: onceThenSilent({ standing: 'renewed', leaseLeftMs }) });
      await lock.advance(7_500);
      expect(lock.news.map(({ type }) => type)).toEqual(['lockHeld', 'lockLost']);
    },
  );

  test.each([
    [1_000, 50],
    [1_500, 50],
    [30_000, 1_000],
    [15_000, 500],
    [600_000, 1_000],
  ])('of %i ms, a renewal that failed is sent again after half to all of %i ms', async (leaseMs, fullMs) => {
    const answers = { requestLock: { ...HELD, leaseLeftMs: leaseMs }, renewLock: trouble };
    const lock = await requested(answers, { leaseMs, killGraceMs: 1 });
    await lock.advance(leaseMs / 4 + fullMs * 6);
    const gaps = gapsOf(lock.timesOf('renewLock'));
    expect(gaps.length).toBeGreaterThanOrEqual(5);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(fullMs / 2);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(fullMs);
    expect(new Set(gaps).size).toBeGreaterThan(2);
  });

  test('counts from what the lock service’s answer left of it', async () => {
    const lock = await requested({ renewLock: { standing: 'renewed', leaseLeftMs: 25_000 } });
    await lock.advance(7_500);
    lock.answers.renewLock = silent;
    await lock.advance(11_999);
    expect(lock.notice('lockLost')).toEqual([]);
    await lock.advance(1);
    expect(lock.notice('lockLost')).toHaveLength(1);
  });

  test('that the lock service ended loses the lock at once', async () => {
    const lock = await requested({ renewLock: GONE });
    await lock.advance(7_500);
    const message = 'the cluster lock is no longer ours: no such transaction';
    expect(lock.news.at(-1)).toEqual({ type: 'lockLost', failure: { kind: 'lockLost', message }, leaseSpent: false });
    expect(lock.state()).toBe('lost');
  });

  test('that ended in line costs only the place: we get in line again', async () => {
    const lock = await requested({ requestLock: queued(3), checkLock: queued(3), renewLock: inTurn(GONE, RENEWED) });
    await lock.advance(9_000);
    expect(lock.timesOf('requestLock')).toHaveLength(2);
    expect(lock.notice('lockDelayed')).toMatchObject([{ failure: { kind: 'lockUnavailable' } }]);
    expect(lock.notice('lockLost')).toEqual([]);
    lock.answers.checkLock = HELD;
    await lock.advance(2_000);
    expect(lock.notice('lockHeld')).toHaveLength(1);
  });

  test('that ran out in line costs only the place as well', async () => {
    const lock = await requested({ requestLock: queued(3), checkLock: queued(3), renewLock: silent });
    await lock.advance(18_000);
    expect(lock.timesOf('requestLock').length).toBeGreaterThan(1);
    const message = 'no renewal of our place in the line succeeded in time; getting in line again';
    expect(lock.notice('lockDelayed')[0]).toMatchObject({ failure: { kind: 'lockUnavailable', message } });
    expect(lock.notice('lockLost')).toEqual([]);
  });
});

describe('a confirmation', () => {
  test('is a fresh renewal, answered with what is left of the lease', async () => {
    const lock = await requested();
    await lock.advance(5_000);
    lock.answers.renewLock = { standing: 'renewed', leaseLeftMs: 29_900 };
    await lock.send({ type: 'confirm' });
    expect(lock.timesOf('renewLock')).toEqual([5_000]);
    expect(lock.news.at(-1)).toEqual({ type: 'lockConfirmed', leaseLeftMs: 29_900 });
    await lock.advance(60_000);
    expect(lock.notice('lockConfirmed')).toHaveLength(1);
  });

  test('takes the renewal that is under way', async () => {
    let renew: (answer: typeof RENEWED) => void = () => {};
    const slow = () =>
      new Promise<typeof RENEWED>((resolve) => {
        renew = resolve;
      });
    const lock = await requested({ renewLock: slow });
    await lock.advance(7_600);
    await lock.send({ type: 'confirm' });
    expect(lock.notice('lockConfirmed')).toEqual([]);
    renew(RENEWED);
    await lock.advance(0);
    expect(lock.timesOf('renewLock')).toEqual([7_500]);
    expect(lock.notice('lockConfirmed')).toHaveLength(1);
  });

  test('does not wait for the next retry of a renewal that failed', async () => {
    const lock = await requested({ renewLock: trouble });
    await lock.advance(7_500);
    lock.answers.renewLock = RENEWED;
    await lock.send({ type: 'confirm' });
    expect(lock.timesOf('renewLock')).toEqual([7_500, 7_500]);
    expect(lock.notice('lockConfirmed')).toHaveLength(1);
  });

  test('that the lock service does not give is the loss of the lock', async () => {
    const lock = await requested({ renewLock: silent });
    await lock.send({ type: 'confirm' });
    await lock.advance(60_000);
    expect(lock.notice('lockConfirmed')).toEqual([]);
    expect(lock.notice('lockLost')).toHaveLength(1);
  });

  test('is not given to whoever does not hold the lock', async () => {
    const lock = await requested({ requestLock: queued(1), checkLock: queued(1) });
    await lock.send({ type: 'confirm' });
    await lock.advance(30_000);
    expect(lock.notice('lockConfirmed')).toEqual([]);
  });
});

describe('a release', () => {
  const IN_LINE = { requestLock: queued(1), checkLock: queued(1) };
  test.each<[string, Parameters<typeof startLock>[0], number, string]>([
    ['while it is being asked for', { requestLock: silent }, 0, 'requesting'],
    ['while the lock service is in trouble', { requestLock: trouble }, 0, 'backingOff'],
    [
      'while a request that took long is renewed',
      { requestLock: { ...HELD, leaseLeftMs: 0 }, renewLock: silent },
      0,
      'renewingFirst',
    ],
    ['in line', IN_LINE, 10, 'queued'],
    ['in line, while that is being asked', { ...IN_LINE, checkLock: silent }, 1_000, 'checking'],
    ['in line, after that was asked in vain', { ...IN_LINE, checkLock: trouble }, 320, 'checkFailed'],
    ['of the held lock', {}, 10, 'idle'],
    ['during a renewal', { renewLock: silent }, 8_000, 'renewing'],
    ['after a renewal that failed', { renewLock: trouble }, 7_500, 'retrying'],
    ['after a refusal', { requestLock: denied }, 0, 'refused'],
    ['after the loss', { renewLock: GONE }, 8_000, 'lost'],
  ])('%s is done', async (_title, answers, afterMs, state) => {
    const lock = await requested(answers);
    await lock.advance(afterMs);
    expect(lock.state()).toContain(state);
    await lock.send({ type: 'release' });
    expect(lock.timesOf('releaseLock')).toHaveLength(1);
    expect(lock.output()).toEqual({ unreleased: null });
    await lock.advance(60_000);
    expect(lock.timesOf('renewLock').every((time) => time <= afterMs)).toBe(true);
    expect(lock.timesOf('releaseLock')).toHaveLength(1);
  });

  test('of what was never asked for asks nothing', async () => {
    const lock = await startLock();
    await lock.send({ type: 'release' });
    expect(lock.output()).toEqual({ unreleased: null });
    expect(lock.timesOf('releaseLock')).toEqual([]);
  });

  test('leaves the question that is under way', async () => {
    const lock = await requested({ requestLock: silent, releaseLock: silent });
    expect(lock.wasLeft('requestLock')).toBe(false);
    await lock.send({ type: 'release' });
    expect(lock.wasLeft('requestLock')).toBe(true);
    expect(lock.wasLeft('releaseLock')).toBe(false);
  });

  test('is tried three times, and then answers why it gave up', async () => {
    const lock = await requested({ releaseLock: trouble });
    await lock.send({ type: 'release' });
    await lock.advance(249);
    expect(lock.timesOf('releaseLock')).toHaveLength(1);
    await lock.advance(60_000);
    expect(lock.timesOf('releaseLock')).toEqual([0, 250, 500]);
    expect(lock.output()).toEqual({ unreleased: trouble.failure });
  });

  test('that works at the second try is no failure', async () => {
    const lock = await requested({ releaseLock: inTurn<{ readonly released: true }>(trouble, { released: true }) });
    await lock.send({ type: 'release' });
    await lock.advance(1_000);
    expect(lock.output()).toEqual({ unreleased: null });
  });

  test('twice is a release', async () => {
    const lock = await requested();
    lock.answers.releaseLock = silent;
    await lock.send({ type: 'release' }, { type: 'release' });
    expect(lock.timesOf('releaseLock')).toHaveLength(1);
  });
});

test('without an owner it still can be followed step by step', () => {
  const input = { leaseMs: 30_000, killGraceMs: 10_000, jitterSeed: 1, refreshDelayMs: 0 } as const;
  let [snapshot] = initialTransition(clusterLockMachine, input);
  const events = [
    REQUEST,
    { type: 'xstate.done.actor.requestLock', actorId: 'requestLock', output: queued(1) },
    { type: 'xstate.after.pollDelay.clusterLock.leased.position.queued' },
    { type: 'xstate.done.actor.checkLock', actorId: 'checkLock', output: HELD },
    { type: 'confirm' },
    { type: 'xstate.done.actor.renewLock', actorId: 'renewLock', output: RENEWED },
    { type: 'release' },
    { type: 'xstate.done.actor.releaseLock', actorId: 'releaseLock', output: { released: true } },
  ];
  for (const event of events) [snapshot] = transition(clusterLockMachine, snapshot, event as never);
  expect(snapshot).toMatchObject({ status: 'done', value: 'released', output: { unreleased: null } });
});

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - times[index]!);
}
