import { monotonicClock, type SandboxClock } from '../../src/sandbox/http/clock.ts';

/**
 * `fast`: a service that is played may let leases end sooner than was asked for, for tests that wait until they have.
 * `brisk`: as soon as they may, and not before a holder has given up. `cluster`: one that has members has several of them.
 */
export type Pace = 'real' | 'fast' | 'brisk' | 'cluster';

/** How many times as fast the servers' time goes. */
type Speeds = Readonly<Partial<Record<Pace, number>>>;

/** The servers' time at that pace. */
export function clockOf(pace: Pace, speeds: Speeds): SandboxClock {
  const speed = speeds[pace] ?? 1;
  if (speed === 1) return monotonicClock;
  return {
    ...monotonicClock,
    now: () => monotonicClock.now() * speed,
    setTimeout: (callback, delayMs) => monotonicClock.setTimeout(callback, delayMs / speed),
  };
}
