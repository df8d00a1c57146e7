import { REPORT_TIMEOUT_MS } from '../../../machines/time-limits.ts';
import type { History } from './history.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';

/**
 * True where a disk under the report of the run, or the time in which the run was stopped, took longer than its limit, by the
 * clock of its node: what it left is then anybody's guess.
 */
export function didNotReportInTime({ node, startedMs, reportMs }: Run, endedMs: number, history: History): boolean {
  if (reportMs === null) return false;
  // What was begun on a slow disk before, the record of a refresh, the report waits for as well.
  const isHeldUp = struckDuring(history, node, ['diskSlow', 'stop'], startedMs).some(
    ({ untilMs, size }) => untilMs + size >= reportMs,
  );
  if (!isHeldUp) return false;
  const rates = struckDuring(history, node, ['clockRate'], reportMs).map(({ size }) => size);
  // A clock goes a hundredth faster than it should where nothing struck it.
  return (endedMs - reportMs) * Math.max(1.01, ...rates) >= REPORT_TIMEOUT_MS;
}
