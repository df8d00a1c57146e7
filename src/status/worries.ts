import type { Holder } from '../../machines/vocabulary.ts';
import type { NodeRecordStatus } from './cluster-status.ts';
import type { NodeStatus } from './node-status.ts';

/** Three periods of cron: two runs may be missed by chance. */
const SILENT_MS = 900_000;

/** For how long no run has been seen on this node; null where that is not long, or no run was ever seen. */
export function silenceOf({ nowMs, lastRun, lastStartAt }: NodeStatus): number | null {
  const seen = [lastRun?.at, lastStartAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  const silentMs = nowMs - Math.max(...seen);
  return seen.length > 0 && silentMs > SILENT_MS ? silentMs : null;
}

/** A node of the cluster that has said nothing for long. */
export function isSilent({ time }: NodeRecordStatus, nowMs: number): boolean {
  return nowMs - Date.parse(time) > SILENT_MS;
}

/** Whether somebody has a lock for longer than any run has it that is well. */
export function isHeldTooLong(holder: Holder | null, { longestRunMs }: NodeStatus): boolean {
  return longestRunMs !== null && (holder?.heldForMs ?? 0) > longestRunMs;
}
