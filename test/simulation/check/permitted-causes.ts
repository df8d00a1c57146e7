/**
 * What may lead to two refreshes at once, each by a cause that struck this very node, at a time when it mattered. A
 * partition, a dead lock service, a slow or a refused renewal, a kill, a reboot and a stepped clock are no excuse.
 */
import type { PermittedCause } from '../facts.ts';
import type { FaultKind } from '../scenario.ts';
import type { History } from './history.ts';
import type { Refresh, Run, Stop } from './records.ts';

/**
 * Why two refreshes at once are forgiven, or null when nothing forgives them. Only one of them can have the lock, as the
 * lock service sees it: it is the other that needs an excuse, and when neither has it, both do.
 */
export function permittedCauseFor(earlier: Refresh, later: Refresh, history: History): PermittedCause | null {
  if (domainOf(earlier, history) !== domainOf(later, history)) return 'X4';
  const permittedCauses = [earlier, later]
    .filter(({ run }) => !hasLock(run, history))
    .map((refresh) => permittedCauseOf(refresh, history) ?? (wasTakenOverTooSoon(refresh, history) ? 'X5' : null));
  return permittedCauses.includes(null) ? null : (permittedCauses[0] ?? null);
}

/** Why this refresh was beside the lease of its run at that time, or null when nothing forgives that. */
export function permittedCauseOf(refresh: Refresh, history: History, atMs = history.nowMs): PermittedCause | null {
  // Only what was sent KILL in vain could not be stopped.
  if (refresh.isUnkillable && refresh.killSentMs !== null) return 'X1';
  // The kernel keeps the lock of whoever stands still, by whatever clock, and whatever becomes of the file.
  if (history.scenario.lock === 'file') return null;
  if (stoodStill(refresh.run, history)) return 'X1';
  if (believedTooLong(refresh.run, history)) return 'X5';
  return takenAway(refresh, history, atMs);
}

/**
 * Was the run, or the host that its command is on as well, not scheduled since the run was last told that the lock is its
 * own, and for longer than the margin of a tenth of the lease? Whatever was before that proof was made good by it.
 */
export function stoodStill(run: Run, history: History): boolean {
  const stops = [...run.stops, ...(history.hostStops.get(run.node) ?? [])];
  const longestMs = Math.max(0, ...stops.map((stop) => lengthMs(stop, lastProofMs(run), history.nowMs)));
  return longestMs > history.scenario.settings.leaseMs / 10;
}

/** With clocks that went too slowly since it got the lock, a run believes in its lease for too long. */
export function believedTooLong(run: Run, history: History): boolean {
  return hadSlowClock(run.node, history.grantOf(run)?.grantedMs ?? run.startedMs, history);
}

/** With Kubernetes the clock of whoever waits decides when a lease is over. */
export function tookOverTooSoon(run: Run, history: History): boolean {
  return history.scenario.lock === 'kubernetes' && hadFastClock(run.node, run.startedMs, history);
}

export function hadFastClock(node: number, sinceMs: number, history: History): boolean {
  return struckDuring(history, node, ['clockRate'], sinceMs).some(({ size }) => size > 1);
}

export function hadSlowClock(node: number, sinceMs: number, history: History): boolean {
  return struckDuring(history, node, ['clockRate'], sinceMs).some(({ size }) => size < 1);
}

/** The strikes of these faults that hit this node, and lasted at some time since then. */
export function struckDuring(history: History, node: number, faults: readonly FaultKind[], sinceMs: number) {
  return history.injections.filter(
    ({ fault, node: struck, untilMs }) =>
      faults.includes(fault) && (struck === null || struck === node) && untilMs >= sinceMs,
  );
}

/** How long the run, or its host, was not scheduled since then, all stops together. */
export function stoodMs(run: Run, sinceMs: number, history: History): number {
  const stops = [...run.stops, ...(history.hostStops.get(run.node) ?? [])];
  return stops.reduce((sum, stop) => sum + lengthMs(stop, sinceMs, history.nowMs), 0);
}

/** When the run was last told that the lock is its own. */
function lastProofMs(run: Run): number {
  return run.facts.findLast((fact) => fact.what === 'lockNotice' && fact.answer !== 'gone')?.atMs ?? run.startedMs;
}

function hasLock(run: Run, history: History): boolean {
  const grant = history.grantOf(run);
  return grant !== undefined && grant.freedMs === null && history.nowMs <= (grant.keptUntilMs ?? Infinity);
}

function wasTakenOverTooSoon({ run }: Refresh, history: History): boolean {
  const grant = history.grantOf(run);
  const taker = history.runs.get(grant?.by ?? '');
  if (grant?.why !== 'takenOver' || taker === undefined) return false;
  return grant.freedMs! <= (grant.keptUntilMs ?? Infinity) && tookOverTooSoon(taker, history);
}

/**
 * The lock service, or an operator by it, took away what it had promised. A refresh that is stopped for that is over by
 * the time that was promised at first; one that may finish is bound by its own time limit.
 */
function takenAway({ run }: Refresh, history: History, atMs: number): PermittedCause | null {
  const grant = history.grantOf(run);
  const isByOperator = grant?.why === 'operator';
  if (!isByOperator && grant?.why !== 'cutShort' && grant?.why !== 'wiped') return null;
  const isPastPromise = atMs > (grant.keptUntilMs ?? Infinity);
  if (isPastPromise && history.scenario.settings.onLockLost === 'terminate') return null;
  return isByOperator ? 'X2' : 'X3';
}

/** The part of the stop that lies after `fromMs`; without an end it lasts. */
function lengthMs({ sinceMs, untilMs }: Stop, fromMs: number, nowMs: number): number {
  return Math.max(0, (untilMs ?? nowMs) - Math.max(sinceMs, fromMs));
}

function domainOf({ run }: Refresh, { scenario }: History): number {
  return scenario.nodes[run.node]!.domain;
}
