import type { Excuse } from '../facts.ts';
import type { History, Refresh, Run, Stop } from './history.ts';

/**
 * Why two refreshes at once are forgiven, or null when nothing forgives them. What forgives must have happened between
 * the grant of the lock to the earlier of the two and now; that a node was not scheduled counts only after its last
 * proof of the lock, and only when it was for longer than the margin of a tenth of the lease.
 */
export function excuseFor(earlier: Refresh, later: Refresh, history: History): Excuse | null {
  const sinceMs = Math.min(...[earlier, later].map(({ run }) => history.grantOf(run)?.grantedMs ?? 0));
  for (const refresh of [earlier, later]) {
    if (refresh.isUnkillable || stoodStill(refresh, history)) return 'X1';
    const why = history.grantOf(refresh.run)?.why;
    if (why === 'operator') return 'X2';
    if (why === 'cutShort' || why === 'wiped') return 'X3';
    if (hadWrongClock(refresh.run.node, sinceMs, history)) return 'X5';
  }
  return null;
}

/** Was the run, or the host that also runs its command, not scheduled for too long after the run's last proof? */
export function stoodStill({ run }: Pick<Refresh, 'run'>, history: History): boolean {
  const stops = [...run.stops, ...(history.hostStops.get(run.node) ?? [])];
  const sinceMs = lastProofMs(run);
  return longestStopMs(stops, sinceMs, history.nowMs) > history.scenario.settings.leaseMs / 10;
}

/** When the run was last told, before its refresh started, that the lock is its own. */
export function lastProofMs(run: Run): number {
  let proofMs = run.startedMs;
  for (const fact of run.facts) {
    if (fact.what === 'refreshStarted') break;
    if (fact.what === 'lockTold' && fact.answer !== 'gone') proofMs = fact.atMs;
  }
  return proofMs;
}

export function hadWrongClock(node: number, sinceMs: number, { strikes }: History): boolean {
  return strikes.some(
    ({ fault, node: struck, atMs, forMs }) => fault === 'clockRate' && struck === node && atMs + forMs >= sinceMs,
  );
}

function longestStopMs(stops: readonly Stop[], sinceMs: number, nowMs: number): number {
  return Math.max(
    0,
    ...stops
      .filter(({ untilMs }) => (untilMs ?? nowMs) >= sinceMs)
      .map((stop) => (stop.untilMs ?? nowMs) - stop.sinceMs),
  );
}
