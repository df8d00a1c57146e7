import { isOverdue } from '../../machines/longest-run.ts';
import type { RunState } from '../../machines/state-names.ts';
import type { FailureKind, Holder } from '../../machines/vocabulary.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { endHangingRun, formatHolder } from '../report/format-holder.ts';
import { afterFailure } from './after-failure.ts';
import { isBusy, type NodeStatus } from './node-status.ts';
import { isDiscoveryStale, isHeldTooLong, isPutRight, isSilent, silenceOf } from './worries.ts';

/** What is to be done, and whether it is urgent. */
export interface NextStep {
  readonly isAlarm: boolean;
  readonly text: string;
}

/** So much of a run's id is enough for `watcher explain`. */
const SHOWN_DIGITS = 8;

type Rule = (status: NodeStatus) => NextStep | null;

/** The one thing to do next; the first that applies. */
export function nextStep(status: NodeStatus): NextStep {
  for (const rule of RULES) {
    const step = rule(status);
    if (step !== null) return step;
  }
  return calm('nothing');
}

const RULES: readonly Rule[] = [
  ({ refused }) => when(refused !== null, 'watcher check, then correct the configuration: no run begins before'),
  ({ fullFolders: [folder] }) => when(folder !== undefined, `make room in ${folder}`),
  leftRefresh,
  hangingRun,
  ({ handbrake }) =>
    when('problem' in handbrake, 'run handbrake_command as the user of the runs: they need its answer'),
  handbrake,
  waiting,
  (status) => (isBusy(status) ? calm('nothing: the run ends by itself') : null),
  silence,
  afterLastRun,
  lockService,
  brake,
  heldLock,
  (status) => when(isDiscoveryStale(status), afterFailure('discoveryUntrusted', '')),
  silentNodes,
];

const ASK_LOCK_SERVICE = 'watcher check says what to do about the lock service';

function leftRefresh({ run, refresh }: NodeStatus): NextStep | null {
  if (refresh === null || run !== null) return null;
  return alarm(`kill -- -${refresh.pgid} ends that refresh: no run refreshes before`);
}

function hangingRun(status: NodeStatus): NextStep | null {
  const { run, isStopped } = status;
  if (run === null || run.pid === null) return null;
  if (isStopped) return alarm(`kill -CONT ${run.pid} lets the run go on; kill -KILL ${run.pid} ends it`);
  if (isOverdue(run)) return alarm(endHangingRun(run));
  return run.runId === null ? alarm(`see what pid ${run.pid} is: no run begins before it has ended`) : null;
}

function brake({ cluster }: NodeStatus): NextStep | null {
  if (cluster === null || !cluster.isBrakeHeeded) return null;
  const { brake } = cluster;
  if ('problem' in brake) return alarm(ASK_LOCK_SERVICE);
  const isOn = brake.marks.some(({ leftMs }) => leftMs !== null);
  return when(isOn, 'watcher brake says why; watcher brake release takes it off');
}

function handbrake({ handbrake }: NodeStatus): NextStep | null {
  if ('problem' in handbrake || !handbrake.engaged) return null;
  const { release } = handbrake;
  return calm(
    release === null
      ? 'release the handbrake when this node may be refreshed again'
      : `${release}, once this node may be refreshed again`,
  );
}

/** A run that waits ends by itself, unless what it waits for never comes. */
function waiting(status: NodeStatus): NextStep | null {
  const { cluster, progress } = status;
  if (progress?.state !== ('awaitingYtLock' satisfies RunState) || cluster === null) return null;
  if ('problem' in cluster.lock) return alarm('watcher check: the run waits, and the lock service does not answer it');
  const { holder } = cluster.lock;
  if (holder === null) return calm('nothing: the run gets the lock soon');
  return heldLock(status) ?? calm(`nothing: the run waits for ${nameOf(holder)}; look there if it lasts`);
}

/** Nobody gets the lock, also where no run of this node waits for it yet. */
function heldLock(status: NodeStatus): NextStep | null {
  const { cluster } = status;
  if (cluster === null || 'problem' in cluster.lock) return null;
  const { holder } = cluster.lock;
  if (holder === null || !isHeldTooLong(holder, status)) return null;
  return alarm(`see to ${nameOf(holder)}; watcher lock release takes the lock away from it`);
}

function nameOf(holder: Holder): string {
  return formatHolder({ ...holder, transaction: null });
}

function silence(status: NodeStatus): NextStep | null {
  if (status.lastRun === null && status.lastStartAt === null)
    return lockService(status) ?? calm('run watcher once, or wait for cron: no run has ended on this node yet');
  const silentMs = silenceOf(status);
  if (silentMs === null) return null;
  // Without recordings, runs that ended before they took the run lock are seen in the log alone.
  const where = status.lastStartAt === null ? 'see the log, and whether' : 'see whether';
  return alarm(`${where} cron starts watcher: no run for ${formatElapsed(silentMs)}`);
}

function afterLastRun(status: NodeStatus): NextStep | null {
  const { lastRun, isRecorded } = status;
  if (lastRun === null) return null;
  const id = lastRun.run_id.slice(0, SHOWN_DIGITS);
  const story = isRecorded ? `watcher explain ${id}` : `run=${id} in the log`;
  if (lastRun.outcome === 'killed') return alarm(`${story} says how far it came, dmesg who killed it`);
  if (!lastRun.outcome.startsWith('failed/')) return null;
  if (isPutRight(status)) return calm('nothing: it works again; the next run tries again');
  const kind = lastRun.outcome.slice('failed/'.length) as FailureKind;
  // Who could not be asked then, and cannot be asked now, is what to look at.
  return (OF_LOCK_SERVICE.includes(kind) ? lockService(status) : null) ?? alarm(afterFailure(kind, story));
}

const OF_LOCK_SERVICE: readonly FailureKind[] = ['lockTimeout', 'lockUnavailable', 'lockLost'];

function lockService({ cluster }: NodeStatus): NextStep | null {
  if (cluster === null) return null;
  return when('problem' in cluster.lock, ASK_LOCK_SERVICE);
}

function silentNodes(status: NodeStatus): NextStep | null {
  const nodes = status.cluster?.nodes ?? null;
  if (nodes === null) return null;
  if ('problem' in nodes) return alarm(ASK_LOCK_SERVICE);
  const silent = nodes.nodes.filter((news) => 'problem' in news || isSilent(news, status)).map(({ node }) => node);
  const failed = nodes.nodes
    .filter((news) => 'outcome' in news && news.outcome.startsWith('failed/'))
    .map(({ node }) => node);
  const [first, ...rest] = [...new Set([...silent, ...failed])];
  if (first === undefined) return null;
  return alarm(`watcher status on ${first}${rest.length === 0 ? '' : ` and ${rest.length} more`}`);
}

function when(applies: boolean, text: string): NextStep | null {
  return applies ? alarm(text) : null;
}

function alarm(text: string): NextStep {
  return { isAlarm: true, text };
}

function calm(text: string): NextStep {
  return { isAlarm: false, text };
}
