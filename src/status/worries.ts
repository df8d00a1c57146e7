import { isOverdue } from '../../machines/longest-run.ts';
import type { Holder } from '../../machines/vocabulary.ts';
import type { StoredNodeRecord } from '../board/node-record.ts';
import { isToCome } from '../record/by-age.ts';
import type { NodeStatus } from './node-status.ts';

/** Three periods of cron: two runs may be missed by chance. */
const SILENT_MS = 900_000;

/** A group that does not answer for less is mostly put right by those whose group it is. */
const DISCOVERY_STALE_MS = 3_600_000;

/** For how long no run has been seen on this node; null where that is not long, or no run was ever seen. */
export function silenceOf({ nowMs, lastRun, lastStartAt }: NodeStatus): number | null {
  const seen = [lastRun?.at, lastStartAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  const believed = seen.filter((atMs) => !isToCome(atMs, nowMs));
  const silentMs = nowMs - Math.max(...believed);
  return believed.length > 0 && silentMs > SILENT_MS ? silentMs : null;
}

/** A node of the cluster that has said nothing for long. One that waits for the lock says nothing until its run ends. */
export function isSilent({ time }: StoredNodeRecord, { nowMs, longestRunMs }: NodeStatus): boolean {
  return nowMs - Date.parse(time) > SILENT_MS + (longestRunMs ?? 0);
}

/** Whether somebody has the cluster lock for longer than any run has it that is well, and has the settings of this node. */
export function isHeldTooLong(holder: Holder | null, { longestRunMs: longestMs }: NodeStatus): boolean {
  return holder !== null && isOverdue({ ...holder, longestMs });
}

/** Whether the last run failed for something that is put right by now. */
export function isPutRight({ lastRun, handbrake, cluster }: NodeStatus): boolean {
  if (lastRun?.outcome === 'failed/handbrakeBroken') return !('problem' in handbrake);
  if (lastRun?.outcome !== 'failed/brakeEngaged' || cluster === null || 'problem' in cluster.brake) return false;
  return cluster.brake.marks.every(({ leftMs }) => leftMs === null);
}

/** Whether runs go on with what they knew of some group before (`on_discovery_error`), and have for long. */
export function isDiscoveryStale({ lastRun, discoveryAt, handbrake }: NodeStatus): boolean {
  if (lastRun === null || discoveryAt === null || 'problem' in handbrake || handbrake.engaged) return false;
  // Other runs may have ended before they asked.
  if (/^(failed|skipped)\/|^killed$/.test(lastRun.outcome)) return false;
  return Date.parse(lastRun.at) - Date.parse(discoveryAt) > DISCOVERY_STALE_MS;
}
