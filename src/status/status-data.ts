import type { Holder } from '../../machines/vocabulary.ts';
import type { BrakeMarkStatus, ClusterStatus } from './cluster-status.ts';
import { nextStep } from './next-step.ts';
import { isBusy, type NodeStatus } from './node-status.ts';
import type { StatusData } from './status-schema.ts';
import { isSilent } from './worries.ts';

/** The status for programs; docs/status.schema.json describes it. */
export function statusData(status: NodeStatus): StatusData {
  const { run, isStopped, refresh, progress, lastRun, lastStartAt, lastRefresh, discoveryAt, handbrake } = status;
  const { fullFolders, cluster, refused } = status;
  const next = nextStep(status);
  return {
    busy: isBusy(status),
    run: run && holderData(run),
    stopped: isStopped,
    progress,
    refresh: refresh && { run_id: refresh.runId, pgid: refresh.pgid, started_at: refresh.startedAt },
    last_run: lastRun,
    last_start_at: lastStartAt,
    last_refresh: lastRefresh ?? null,
    handbrake,
    discovery_at: discoveryAt,
    full_folders: [...fullFolders],
    lock: cluster && lockData(cluster),
    brake: cluster && brakeData(cluster),
    nodes: cluster && nodesData(cluster, status),
    configuration_problem: refused,
    next: { alarm: next.isAlarm, text: next.text },
  };
}

function holderData({ title, host, pid, runId, since }: Holder): NonNullable<StatusData['run']> {
  return { title, host, pid, run_id: runId, since };
}

function lockData({ lockName, lock }: ClusterStatus): StatusData['lock'] {
  if ('problem' in lock) return { name: lockName, held: lock };
  return { name: lockName, held: { by: lock.holder && holderData(lock.holder), waiting: lock.waiting } };
}

function brakeData({ brake, isBrakeHeeded }: ClusterStatus): StatusData['brake'] {
  if ('problem' in brake) return brake;
  const { marks } = brake;
  return { on: marks.some(({ leftMs }) => leftMs !== null), heeded: isBrakeHeeded, marks: marks.map(markData) };
}

function markData({ node, at, runId, plan, why, failures, leftMs }: BrakeMarkStatus) {
  const left = leftMs === null ? null : Math.ceil(leftMs / 1000);
  return { node, time: at, run_id: runId, plan, reason: why, failures, left_seconds: left };
}

function nodesData({ nodes }: ClusterStatus, status: NodeStatus): StatusData['nodes'] {
  if (nodes === null || 'problem' in nodes) return nodes;
  return nodes.nodes.map((news) => ('problem' in news ? news : { ...news, silent: isSilent(news, status) }));
}
