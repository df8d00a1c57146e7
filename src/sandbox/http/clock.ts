import { performance } from 'node:perf_hooks';

/** The servers' time: milliseconds that only go forward, and timers on the same scale. A test may bring its own. */
export interface SandboxClock {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const monotonicClock: SandboxClock = {
  now: () => performance.now(),
  // A lease that nobody waits for keeps no process alive.
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Resolves after `delayMs` of that clock. */
export function pause(clock: SandboxClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}
