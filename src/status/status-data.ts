import { nextStep } from './next-step.ts';
import { isBusy, type NodeStatus } from './node-status.ts';

/** The status for programs; docs/status.schema.json describes it. */
export function statusData(status: NodeStatus): Readonly<Record<string, unknown>> {
  const { run, refresh, progress, lastRun, lastRefresh, discoveryAt, handbrake, refused } = status;
  const next = nextStep(status);
  return {
    busy: isBusy(status),
    run: run && { title: run.title, host: run.host, pid: run.pid, run_id: run.runId, since: run.since },
    progress,
    refresh: refresh && { run_id: refresh.runId, pgid: refresh.pgid, started_at: refresh.startedAt },
    last_run: lastRun,
    last_refresh: lastRefresh,
    handbrake,
    discovery_at: discoveryAt,
    configuration_problem: refused,
    next: { alarm: next.isAlarm, text: next.text },
  };
}
