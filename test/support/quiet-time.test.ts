import { expect, test } from 'vitest';
import { busyMsIn, createQuietTime } from './quiet-time.ts';

/** A machine of which each second is given by how long its cores were busy in it, and how long it took. */
function afterSeconds(seconds: readonly (readonly [busyMs: number, tookMs?: number])[]): number | null {
  let [nowMs, busyMs] = [0, 0];
  let look = () => {};
  let gaveUpAt: number | null = null;
  const quiet = createQuietTime({
    nowMs: () => nowMs,
    busyMs: () => busyMs,
    each(_, callback) {
      look = callback;
      return () => {
        look = () => {};
      };
    },
  });
  quiet.watch(3_000, () => {
    gaveUpAt = nowMs;
  });
  for (const [more, tookMs = 1_000] of seconds) {
    nowMs += tookMs;
    busyMs += more;
    look();
  }
  return gaveUpAt;
}

test('patience ends where the machine has had nothing to do for long enough', () => {
  expect(afterSeconds([[20], [0], [100], [0]])).toBe(3_000);
  expect(afterSeconds([[20], [0]])).toBe(null);
});

test('seconds in which anything computes use up none of it', () => {
  expect(afterSeconds([[20], [900], [2_000], [310], [0], [0]])).toBe(6_000);
  expect(afterSeconds(Array(600).fill([950]))).toBe(null);
});

test('nor do those in which this process did not get its turn', () => {
  expect(afterSeconds([[20], [20, 60_000], [0], [0]])).toBe(63_000);
});

test('all but idle time is work', () => {
  expect(busyMsIn('cpu  100 20 30 99999 4 1 2 3 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n')).toBe(1_600);
});
