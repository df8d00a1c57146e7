import type { OutcomeName } from '../../machines/outcome-name.ts';
import type { Statistics } from '../../machines/statistics.ts';
import { hasTrustedAll, untrustedGroups } from '../../machines/trust.ts';
import type { Diff } from '../../machines/vocabulary.ts';
import type { PhaseName } from '../report/phases.ts';
import type { Metric, Sample } from './exposition.ts';

/** What is known of a run that is over, or of one that its configuration forbade. Times in Unix seconds. */
export interface RunFacts {
  readonly version: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: OutcomeName | 'usage';
  readonly exitCode: number;
  /** As machines/success.ts has it. */
  readonly isSuccess: boolean;
  /** Seconds by phase, of the phases that the run went through. */
  readonly phases: ReadonlyMap<PhaseName, number>;
  /** Null when nothing was compared. */
  readonly diff: Diff | null;
  /** Null where there are none that could be read. */
  readonly statistics: Statistics | null;
  /** How many seconds another run of this node has had the run lock; null where none had it, or none says since when. */
  readonly runLockAge: number | null;
  /** Whether that one hangs: it has lasted longer than any run that is well. */
  readonly isRunLockOverdue: boolean;
}

/** What a run does not find out by itself, and the last metrics said. */
export interface Carried {
  readonly lastSuccessAt: number | null;
  readonly discoveryOkAt: number | null;
  readonly handbrakeEngaged: number | null;
  readonly brakeEngaged: number | null;
}

/** The names by which `Carried` is found again. */
export const CARRIED: Readonly<Record<keyof Carried, string>> = {
  lastSuccessAt: 'watcher_last_success_timestamp_seconds',
  discoveryOkAt: 'watcher_discovery_last_success_timestamp_seconds',
  handbrakeEngaged: 'watcher_handbrake_engaged',
  brakeEngaged: 'watcher_brake_engaged',
};

/** While these pass the cluster lock is held. */
const HOLDING: readonly PhaseName[] = ['delaying', 'confirming', 'refreshing', 'verifying'];

/** Every metric that there is, in the order of the file. */
export function runMetrics(run: RunFacts, carried: Carried): readonly Metric[] {
  const { phases, diff, statistics } = run;
  const untrusted = diff === null ? [] : untrustedGroups(diff);
  const heldFor = HOLDING.map((phase) => phases.get(phase)).filter((seconds) => seconds !== undefined);
  return [
    {
      name: 'watcher_build_info',
      help: 'The version of watcher; its value is always 1.',
      samples: [{ labels: { version: run.version }, value: 1 }],
    },
    one('watcher_last_run_start_timestamp_seconds', 'When the last run began.', run.startedAt),
    one('watcher_last_run_end_timestamp_seconds', 'When the last run ended.', run.endedAt),
    one(CARRIED.lastSuccessAt, 'When a run last ended well.', run.isSuccess ? run.endedAt : carried.lastSuccessAt),
    one(
      'watcher_last_refresh_timestamp_seconds',
      'When a refresh command was last started.',
      statistics === null || statistics.LastRefreshCallTimestamp === 0 ? null : statistics.LastRefreshCallTimestamp,
    ),
    {
      name: 'watcher_last_run_outcome',
      help: 'How the last run ended: its outcome has the value 1.',
      samples: [{ labels: { outcome: run.outcome }, value: 1 }],
    },
    one('watcher_last_run_exit_code', 'The exit code of the last run, without detailed_exitcode.', run.exitCode),
    one('watcher_last_run_success', '1 when the last run ended well, also when it had nothing to do.', +run.isSuccess),
    {
      name: 'watcher_last_run_state_seconds',
      help: 'How long the last run was in each of its states.',
      samples: [...phases].map(([state, value]) => ({ labels: { state }, value })),
    },
    one(
      'watcher_lock_wait_seconds',
      'How long the last run waited for the cluster lock.',
      phases.get('awaitingYtLock'),
    ),
    one(
      'watcher_lock_hold_seconds',
      'How long the last run held the cluster lock.',
      heldFor.length === 0 ? null : heldFor.reduce((sum, seconds) => sum + seconds, 0),
    ),
    {
      name: 'watcher_changed_pods',
      help: 'Pods that service discovery and HAProxy’s configuration differ in, as the last run found them.',
      samples: diff === null ? [] : changes(diff),
    },
    one('watcher_groups_compared', 'Groups that the last run compared.', diff?.groupsCompared),
    {
      name: 'watcher_discovery_error',
      help: 'Groups whose answer from service discovery the last run could not trust, and why.',
      samples: untrusted.map(({ cluster, endpointSet, verdict }) => ({
        labels: { cluster, group: endpointSet, verdict },
        value: 1,
      })),
    },
    one(
      CARRIED.discoveryOkAt,
      'When every group last had an answer from service discovery that can be trusted.',
      hasTrustedAll(diff) ? run.endedAt : carried.discoveryOkAt,
    ),
    one(
      CARRIED.handbrakeEngaged,
      '1 while the handbrake is engaged, as the last run found it.',
      handbrake(run, carried),
    ),
    one(
      CARRIED.brakeEngaged,
      '1 while the brake of the cluster keeps this node from the changes that it has to refresh for.',
      brake(run, carried),
    ),
    one(
      'watcher_run_lock_age_seconds',
      'How long another run of this node had had the run lock when the last one found it taken.',
      run.runLockAge,
    ),
    one(
      'watcher_run_lock_overdue',
      '1 when that run has lasted longer than any that is well: it hangs, and no other begins before it has ended.',
      +run.isRunLockOverdue,
    ),
    ...(statistics === null ? [] : counters(statistics)),
  ];
}

function handbrake({ outcome, phases }: RunFacts, { handbrakeEngaged }: Carried): number | null {
  if (outcome === 'skipped/handbrakeEngaged') return 1;
  return phases.has('takingRunLock') ? 0 : handbrakeEngaged;
}

/** Whoever refreshes, or has nothing to refresh for, is kept from nothing. */
function brake({ outcome, phases }: RunFacts, { brakeEngaged }: Carried): number | null {
  if (outcome === 'failed/brakeEngaged') return 1;
  return outcome === 'unchanged' || phases.has('refreshing') ? 0 : brakeEngaged;
}

function changes({ groups }: Diff): readonly Sample[] {
  return (['added', 'renamed', 'moved', 'removed'] as const).map((kind) => ({
    labels: { kind },
    value: groups.reduce((sum, group) => sum + group[kind].length, 0),
  }));
}

function counters(statistics: Statistics): readonly Metric[] {
  return [
    one('watcher_runs', 'Runs that took the run lock, since the statistics began.', statistics.TotalLockedRuns),
    one('watcher_failed_runs', 'Those of them that failed.', statistics.Errors),
    one('watcher_refreshes', 'Refresh commands that were started.', statistics.HaproxyRefreshTry),
    one('watcher_successful_refreshes', 'Those of them that exited with 0.', statistics.HaproxyRefreshSuccess),
  ];
}

function one(name: string, help: string, value: number | null | undefined): Metric {
  return { name, help, samples: value === null || value === undefined ? [] : [{ value }] };
}
