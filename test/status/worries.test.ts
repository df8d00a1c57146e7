import { describe, expect, test } from 'vitest';
import type { StoredNodeRecord } from '../../src/board/node-record.ts';
import type { NodeStatus } from '../../src/status/node-status.ts';
import { isDiscoveryStale, isHeldTooLong, isPutRight, isSilent, silenceOf } from '../../src/status/worries.ts';

const nowMs = Date.parse('2026-01-02T03:00:00Z');
const ago = (ms: number) => new Date(nowMs - ms).toISOString();
const [MINUTE, HOUR] = [60_000, 3_600_000];
const status = (more: object) => ({ nowMs, longestRunMs: 70 * MINUTE, cluster: null, ...more }) as NodeStatus;
const released = { engaged: false, said: null, since: null, release: null };

describe('a node is silent', () => {
  test.each([
    ['from more than a quarter of an hour on', ago(900_001), null, 900_001],
    ['and not before', ago(900_000), null, null],
    ['by whichever it did last: a run that ended', ago(1_000_000), ago(2_000_000), 1_000_000],
    ['or one that began', ago(2_000_000), ago(1_000_000), 1_000_000],
    ['also where none has ended', null, ago(1_000_000), 1_000_000],
    ['by no time that is still to come', ago(1_000_000), ago(-2 * HOUR), 1_000_000],
    ['and by none at all it is not known to be', ago(-2 * HOUR), null, null],
    ['nor where no run was seen', null, null, null],
  ])('%s', (_when, at, lastStartAt, expected) => {
    expect(silenceOf(status({ lastRun: at === null ? null : { at }, lastStartAt }))).toBe(expected);
  });
});

test.each([
  [85 * MINUTE, 70 * MINUTE, false],
  [85 * MINUTE + 1, 70 * MINUTE, true],
  [15 * MINUTE, null, false],
  [15 * MINUTE + 1, null, true],
])(
  'another node that said nothing for %i ms, where a run may last %j ms, is silent: %s',
  (ms, longestRunMs, expected) => {
    expect(isSilent({ time: ago(ms) } as StoredNodeRecord, status({ longestRunMs }))).toBe(expected);
  },
);

test.each([
  [71 * MINUTE, 70 * MINUTE, true],
  [70 * MINUTE, 70 * MINUTE, false],
  [71 * MINUTE, null, false],
  [null, 70 * MINUTE, false],
])(
  'a lock that is held for %j ms, where a run may last %j ms, is held too long: %s',
  (heldForMs, longestRunMs, expected) => {
    const holder = { heldForMs } as Parameters<typeof isHeldTooLong>[0];
    expect(isHeldTooLong(holder, status({ longestRunMs }))).toBe(expected);
    expect(isHeldTooLong(null, status({ longestRunMs }))).toBe(false);
  },
);

describe('what the last run failed for is put right', () => {
  const after = (outcome: string, more: object = {}) =>
    isPutRight(status({ lastRun: { outcome }, handbrake: released, ...more }));
  const brake = (...left: readonly (number | null)[]) => ({
    cluster: { brake: { marks: left.map((leftMs) => ({ leftMs })) } },
  });

  test.each([
    ['where the handbrake answers again', 'failed/handbrakeBroken', {}, true],
    ['and not where it does not', 'failed/handbrakeBroken', { handbrake: { problem: 'x' } }, false],
    ['where the brake is off', 'failed/brakeEngaged', brake(), true],
    ['where all of its marks are too old', 'failed/brakeEngaged', brake(null, null), true],
    ['and not where one counts', 'failed/brakeEngaged', brake(null, 1), false],
    ['and not where it is not known', 'failed/brakeEngaged', { cluster: { brake: { problem: 'x' } } }, false],
    ['and not where nobody is to be asked', 'failed/brakeEngaged', {}, false],
    ['and of no other failure', 'failed/lockLost', brake(), false],
  ])('%s', (_where, outcome, more, expected) => {
    expect(after(outcome, more)).toBe(expected);
  });

  test('and not where there was none', () => {
    expect(isPutRight(status({ lastRun: null, handbrake: released }))).toBe(false);
  });
});

describe('discovery fails', () => {
  const last = { at: ago(0), outcome: 'unchanged' };
  const stale = { lastRun: last, discoveryAt: ago(HOUR + 1), handbrake: released };
  test.each<[string, object, boolean]>([
    ['where runs go on without it for more than an hour', {}, true],
    ['and not for just an hour', { discoveryAt: ago(HOUR) }, false],
    ['and not where it never answered', { discoveryAt: null }, false],
    ['and not where no run has ended', { lastRun: null }, false],
    ['and not where the handbrake cannot be asked', { handbrake: { problem: 'x' } }, false],
    ['and not where it is engaged', { handbrake: { ...released, engaged: true } }, false],
    ['and not where the last run did not ask', { lastRun: { ...last, outcome: 'skipped/refreshedRecently' } }, false],
    ['and not where it failed', { lastRun: { ...last, outcome: 'failed/lockLost' } }, false],
    ['and not where it was killed', { lastRun: { ...last, outcome: 'killed' } }, false],
    ['by an outcome of another version', { lastRun: { ...last, outcome: 'unskilled' } }, true],
    ['by another one', { lastRun: { ...last, outcome: 'killedNot' } }, true],
    ['by one more', { lastRun: { ...last, outcome: 'not-failed/x' } }, true],
  ])('%s', (_where, more, expected) => {
    expect(isDiscoveryStale(status({ ...stale, ...more }))).toBe(expected);
  });
});
