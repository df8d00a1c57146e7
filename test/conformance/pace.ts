import { monotonicClock, type SandboxClock } from '../../src/sandbox/http/clock.ts';

/**
 * `fast`: a service that is played may let leases end sooner than was asked for, for tests that wait until they have.
 * `cluster`: one that has members has several of them.
 */
export type Pace = 'real' | 'fast' | 'cluster';

/** The servers' time at that pace. */
export function clockOf(pace: Pace, timesFaster: number): SandboxClock {
  if (pace !== 'fast') return monotonicClock;
  return {
    ...monotonicClock,
    now: () => monotonicClock.now() * timesFaster,
    setTimeout: (callback, delayMs) => monotonicClock.setTimeout(callback, delayMs / timesFaster),
  };
}
