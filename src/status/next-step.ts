import type { FailureKind } from '../../machines/vocabulary.ts';
import { ADVICE } from '../report/advice.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { isBusy, type NodeStatus } from './node-status.ts';

/** Three periods of cron: two runs may be missed by chance. */
const SILENT_MS = 900_000;

/** What is to be done, and whether it is urgent. */
export interface NextStep {
  readonly isAlarm: boolean;
  readonly text: string;
}

/** The one thing to do next; the first that applies. */
export function nextStep(status: NodeStatus): NextStep {
  const { nowMs, run, refresh, lastRun, handbrake, refused } = status;
  if (refused !== null) return alarm('correct the configuration: no run begins before; watcher config says the rest');
  if (refresh !== null && run === null) {
    return alarm(`look at process group ${refresh.pgid}: no run refreshes before it has ended`);
  }
  if ('problem' in handbrake) return alarm('run handbrake_command by hand: a run that cannot ask it fails');
  if (handbrake.engaged) return calm('release the handbrake when this node may be refreshed again');
  if (isBusy(status)) return calm('nothing: the run ends by itself');
  if (lastRun === null) return calm('run watcher once, or wait for cron: no run has ended on this node yet');
  const silentMs = nowMs - Date.parse(lastRun.at);
  if (silentMs > SILENT_MS) return alarm(`see whether cron starts watcher: no run for ${formatElapsed(silentMs)}`);
  if (lastRun.outcome.startsWith('failed/')) {
    const advice = ADVICE[lastRun.outcome.slice('failed/'.length) as FailureKind] ?? null;
    return alarm(advice === null ? 'watcher explain says more of it' : `${advice}; watcher explain says more of it`);
  }
  return calm('nothing');
}

function alarm(text: string): NextStep {
  return { isAlarm: true, text };
}

function calm(text: string): NextStep {
  return { isAlarm: false, text };
}
