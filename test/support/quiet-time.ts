import { readFileSync } from 'node:fs';

/** What a test waits for does not come any more where the machine has had nothing to do for so long. */
export const QUIET_MS_MAX = 45_000;

/** A machine on which tests only wait for one another takes less of all its cores together; any computing takes one. */
const BUSY_CORES_MIN = 0.3;

const LOOK_MS = 1_000;

/** For how long the machine was idle, in milliseconds, while somebody asked. */
export interface QuietTime {
  /** Calls `tooLong` once the machine has idled for `limitMs` since now; answers with what ends the watch. */
  watch(limitMs: number, tooLong: () => void): () => void;
}

export interface QuietTimeTools {
  /** What all cores together have been busy for so far. */
  readonly busyMs: () => number;
  readonly nowMs: () => number;
  /** Calls back again and again; answers with what ends it. */
  readonly each: (ms: number, look: () => void) => () => void;
}

/**
 * Patience that a busy machine does not use up: a second in which anything computes, here or in any other process, does
 * not count, nor does one in which this process got no turn.
 */
export function createQuietTime({ busyMs, nowMs, each }: QuietTimeTools): QuietTime {
  return {
    watch(limitMs, tooLong) {
      let quietMs = 0;
      let [at, busy] = [nowMs(), busyMs()];
      const end = each(LOOK_MS, () => {
        const [atNow, busyNow] = [nowMs(), busyMs()];
        const passedMs = atNow - at;
        if (passedMs < 2 * LOOK_MS && busyNow - busy < BUSY_CORES_MIN * passedMs) quietMs += passedMs;
        [at, busy] = [atNow, busyNow];
        if (quietMs < limitMs) return;
        end();
        tooLong();
      });
      return end;
    },
  };
}

// Kept from tests that put others in the place of these.
const { setInterval, clearInterval } = globalThis;
const nowMs = performance.now.bind(performance);

export const quietTime: QuietTime = createQuietTime({
  nowMs,
  busyMs: () => busyMsIn(readFileSync('/proc/stat', 'latin1')),
  each(ms, look) {
    const timer = setInterval(look, ms).unref();
    return () => clearInterval(timer);
  },
});

/** What `/proc/stat` says of all cores together: its fourth number is idle time, all others were spent on something, if only on waiting for a disk. */
export function busyMsIn(stat: string): number {
  const ticks = stat.slice(0, stat.indexOf('\n')).split(/\s+/).slice(1, 9).map(Number);
  return 10 * ticks.reduce((sum, count, at) => (at === 3 ? sum : sum + count), 0);
}
