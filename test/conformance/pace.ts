import { monotonicClock, type SandboxClock } from '../../src/sandbox/http/clock.ts';

/** A service that is played may let leases end sooner than was asked for, for tests that wait until they have. */
export type Pace = 'real' | 'fast';

const FASTER = 20;

/** The servers' time at that pace. */
export function clockOf(pace: Pace): SandboxClock {
  if (pace === 'real') return monotonicClock;
  return {
    ...monotonicClock,
    now: () => monotonicClock.now() * FASTER,
    setTimeout: (callback, delayMs) => monotonicClock.setTimeout(callback, delayMs / FASTER),
  };
}
