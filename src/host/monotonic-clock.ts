/**
 * Milliseconds on the one clock that all processes of a boot share and nobody sets. It is the clock that a run's limits are
 * measured by: like them, it stands still while the host is suspended.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
