import { renewTimeoutMs } from '../../machines/lease-budget.ts';

/** How long one request of a lock may take, in milliseconds, by what it is for. */
export interface RequestLimits {
  readonly usualMs: number;
  readonly renewMs: number;
  readonly releaseMs: number;
}

export function requestLimits(leaseMs: number): RequestLimits {
  return {
    // A service without a quorum says so after seven seconds.
    usualMs: Math.min(8_000, Math.floor(leaseMs / 2)),
    renewMs: renewTimeoutMs(leaseMs),
    // Nobody waits long to give back what goes by itself.
    releaseMs: Math.min(2_000, Math.floor(leaseMs / 4)),
  };
}
