import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LockContext } from '../../machines/lock-context.ts';
import { placeIn, pollDelayMs } from '../../machines/poll-delay.ts';
import type { Holder } from '../../machines/vocabulary.ts';

type Line = Pick<LockContext, 'ahead' | 'lineSameMs' | 'refreshDelayMs'>;

/** Chance in the middle of its range leaves the pause as it is. */
function pollEveryMs(line: Line): number {
  return pollDelayMs({ ...line, checkWaits: false, jitter: 0.5 } as LockContext);
}

/** The least that jitter leaves of a wait. */
const JITTER_MIN = 0.75;

function perSecond(nodes: number, lineSameMs: number): number {
  const waits = Array.from({ length: nodes }, (_, at) => pollEveryMs({ ahead: at + 1, lineSameMs, refreshDelayMs: 0 }));
  return waits.reduce((sum, wait) => sum + 1_000 / (JITTER_MIN * wait), 0);
}

describe('a node in line asks', () => {
  test.each([
    ['rarely while the holder waits', 1, 0, 1_000],
    ['no later than the holder can begin', 1, 4_700, 300],
    ['often once the refresh can end', 1, 5_000, 25],
    ['less often behind the next in line', 2, 10_000, 200],
    ['after a twentieth of a long refresh', 1, 8_000, 150],
    ['not more rarely than four times a second as the next in line', 1, 600_000, 250],
    ['rarely while two delays are before it', 2, 6_000, 2_000],
    ['every five seconds far back', 40, 0, 5_000],
    ['less often when its place is not known', null, 5_000, 50],
  ])('%s', (_title, ahead, lineSameMs, everyMs) => {
    expect(pollEveryMs({ ahead, lineSameMs, refreshDelayMs: 5_000 })).toBe(everyMs);
  });

  test.each([
    [1, 54, 6],
    [10, 69, 10],
    [50, 79, 20],
  ])('in a line of %d at most %d times a second together, and %d times after five seconds', (nodes, soon, later) => {
    expect(perSecond(nodes, 0)).toBeLessThanOrEqual(soon);
    expect(perSecond(nodes, 5_000)).toBeLessThanOrEqual(later);
  });

  test.each([
    [0, 1_500],
    [0.5, 2_000],
    [0.9, 2_400],
  ])('with a jitter of %d after %d ms', (jitter, expected) => {
    const line = { ahead: 2, lineSameMs: 6_000, refreshDelayMs: 5_000, checkWaits: false };
    expect(pollDelayMs({ ...line, jitter } as LockContext)).toBe(expected);
  });

  test('at once where its question waits for the answer', () => {
    const line = { ahead: 2, lineSameMs: 6_000, refreshDelayMs: 5_000, checkWaits: true, jitter: 0.5 };
    expect(pollDelayMs(line as LockContext)).toBe(0);
  });

  test('within bounds, whatever the line is', () => {
    const line = fc.record({
      ahead: fc.option(fc.nat(1_000)),
      lineSameMs: fc.nat(10_000_000),
      refreshDelayMs: fc.nat(3_600_000),
    });
    fc.assert(
      fc.property(line, (asked) => {
        expect(pollEveryMs(asked)).toBeGreaterThanOrEqual(25);
        expect(pollEveryMs(asked)).toBeLessThanOrEqual(5_000);
      }),
    );
  });
});

describe('its place in the line', () => {
  const holder = (title: string) => ({ title }) as Holder;
  const before = { holder: holder('b-1'), ahead: 2, lineSameMs: 700 } as LockContext;
  test.each<[string, Holder | null, number | null, LockContext, boolean]>([
    ['is the same', holder('b-1'), 2, before, false],
    ['is the same with nobody in the way', null, null, { ...before, holder: null, ahead: null }, false],
    ['is another with another holder', holder('b-2'), 2, before, true],
    ['is another without a holder', null, 2, before, true],
    ['is another with a holder', holder('b-1'), 2, { ...before, holder: null }, true],
    ['is another with others before it', holder('b-1'), 1, before, true],
    ['is another where it is not known', holder('b-1'), null, before, true],
  ])('%s', (_what, now, ahead, then, placeChanged) => {
    expect(placeIn({ holder: now, ahead }, then)).toEqual({
      ...{ holder: now, ahead, placeChanged },
      lineSameMs: placeChanged ? 0 : 700,
    });
  });
});
