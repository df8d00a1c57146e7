/** How one lease is spent: renewed early, given up while there is still time to stop a refresh. All times in milliseconds. */

/** A renewal is sent this long after the last one was answered: sooner than a third of the lease, so that one may fail. */
export function renewEveryMs(leaseMs: number): number {
  return Math.floor(leaseMs / 4);
}

/** One renewal may take this long; then it counts as failed and another is sent. */
export function renewTimeoutMs(leaseMs: number): number {
  return Math.floor(leaseMs / 4);
}

/** What clocks that run at different speeds, and the way to the server, may cost over one lease. */
export function leaseMarginMs(leaseMs: number): number {
  return Math.ceil(leaseMs / 10);
}

export interface LeasePolicy {
  readonly leaseMs: number;
  readonly killGraceMs: number;
}

/**
 * The end of the lease that is not ours to use. The lock counts as lost when only this much is left: it is what TERM,
 * the grace and KILL need before another node may start.
 */
export function leaseReserveMs({ leaseMs, killGraceMs }: LeasePolicy): number {
  return leaseMarginMs(leaseMs) + killGraceMs;
}

/** False when a request took so long that its lease is due for renewal by the time it is answered. */
export function isLeaseFresh(leaseLeftMs: number, { leaseMs }: LeasePolicy): boolean {
  return leaseLeftMs >= leaseMs - renewEveryMs(leaseMs);
}
