import { REPORT_TIMEOUT_MS } from '../../../machines/time-limits.ts';
import type { History } from './history.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';

/** The record of a refresh, which may have been begun before, the statistics and the state: one waits for the other. */
const WRITES = 3;

/**
 * True where a disk under the report of the run, and the time in which the run was stopped, took longer than its limit, by
 * the clock of its node: what it left is then anybody's guess.
 */
export function didNotReportInTime(run: Run, endedMs: number, history: History): boolean {
  const { node, startedMs, reportMs } = run;
  if (reportMs === null) return false;
  const slow = struckDuring(history, node, ['diskSlow'], startedMs).filter(
    ({ untilMs, size }) => untilMs + size >= reportMs,
  );
  const heldUpMs = WRITES * Math.max(0, ...slow.map(({ size }) => size)) + stoppedMs(run, reportMs, endedMs, history);
  const rates = struckDuring(history, node, ['clockRate'], reportMs).map(({ size }) => size);
  // A clock goes a hundredth faster than it should where nothing struck it.
  return Math.min(heldUpMs, endedMs - reportMs) * Math.max(1.01, ...rates) >= REPORT_TIMEOUT_MS;
}

/** How long the run itself did not go on; with a host that stands still its clock does, too. */
function stoppedMs({ stops, node }: Run, fromMs: number, toMs: number, history: History): number {
  const ofHost = (history.hostStops.get(node) ?? []).map(({ sinceMs }) => sinceMs);
  return stops
    .filter(({ sinceMs }) => !ofHost.includes(sinceMs))
    .reduce((sum, stop) => sum + Math.max(0, (stop.untilMs ?? toMs) - Math.max(stop.sinceMs, fromMs)), 0);
}
