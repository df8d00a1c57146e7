import type { Reason } from '../../machines/vocabulary.ts';
import { bootId, processStartTime } from '../host/process-table.ts';
import type { Intent } from './state-file.ts';

/** The record of a refresh that still waits to go: a run that is killed from now on cannot leave it unseen. */
export function intentOf({ runId, pgid, reason }: { runId: string; pgid: number; reason: Reason }): Intent {
  return {
    run_id: runId,
    pgid,
    starttime: processStartTime(pgid) ?? 0,
    boot_id: bootId(),
    started_at: new Date().toISOString(),
    reason,
  };
}
