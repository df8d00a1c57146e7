import { monotonicClock, type SandboxClock } from '../../src/sandbox/http/clock.ts';

/** A service that is played may let leases end sooner than was asked for, for tests that wait until they have. */
export type Pace = 'real' | 'fast';

/** The servers' time at that pace. */
export function clockOf(pace: Pace, timesFaster: number): SandboxClock {
  if (pace === 'real') return monotonicClock;
  return {
    ...monotonicClock,
    now: () => monotonicClock.now() * timesFaster,
    setTimeout: (callback, delayMs) => monotonicClock.setTimeout(callback, delayMs / timesFaster),
  };
}
