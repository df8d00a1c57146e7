import { isOverdue } from '../../machines/longest-run.ts';
import type { RunState } from '../../machines/state-names.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { wordsOfPhase } from '../report/phases.ts';
import { asOneLine } from '../text/printable.ts';
import { formatRows, type Page, type Row } from '../text/rows.ts';
import { clusterRows, nodeRows } from './cluster-rows.ts';
import { nextStep } from './next-step.ts';
import type { NodeStatus } from './node-status.ts';
import { ago, since } from './times.ts';
import { isDiscoveryStale, isPutRight } from './worries.ts';

const TITLE_WIDTH = 11;

/** The status of a node on one screen: what goes on first, what to do last. Ends with a newline. */
export function formatStatus(status: NodeStatus, page: Page): string {
  const { refused, fullFolders } = status;
  const { isAlarm, text } = nextStep(status);
  const rows: readonly Row[] = [
    ...(refused === null ? [] : [{ title: 'config', text: refused, isAlarm: true }]),
    ...nowRows(status),
    lastRunRow(status),
    { title: 'refresh', text: lastRefresh(status) },
    handbrakeRow(status),
    discoveryRow(status),
    ...clusterRows(status),
    ...fullFolders.map((folder) => ({ title: 'disk', text: `no room is left in ${folder}`, isAlarm: true })),
    ...nodeRows(status),
    { title: 'next', text, isAlarm },
  ];
  const clean = rows.map((row) => ({ ...row, text: asOneLine(row.text) }));
  return formatRows(clean, TITLE_WIDTH, page);
}

/** A refresh beside a run is that run's own. Alone, its run was killed, or has its run lock elsewhere. */
function nowRows(status: NodeStatus): readonly Row[] {
  const { nowMs, run, refresh, progress, isStopped, cluster } = status;
  if (run === null) {
    if (refresh === null) return [{ title: 'now', text: 'idle: no run is in progress' }];
    const text = `busy: the refresh command of the killed run ${refresh.runId} is alive, ${since(refresh.startedAt, nowMs)}`;
    return [{ title: 'now', text, isAlarm: true }];
  }
  const about = [
    ...(run.pid === null ? [] : [`pid ${run.pid}`]),
    ...(run.runId === null ? [] : [`run ${run.runId}`]),
    ...(run.since === null ? [] : [since(run.since, nowMs)]),
  ];
  const details = about.length === 0 ? '' : ` (${about.join(', ')})`;
  const isHanging = !isStopped && isOverdue(run);
  const isHolderKnown = cluster !== null && 'holder' in cluster.lock && cluster.lock.holder !== null;
  return [
    { title: 'now', text: `busy: ${run.title}${details}`, isAlarm: isHanging },
    ...doingRows(progress, refresh, nowMs, isHolderKnown),
    ...(isHanging ? [{ title: '', text: outlasted(run.longestMs!), isAlarm: true }] : []),
    ...(isStopped ? [{ title: '', text: 'its process was stopped by a signal, and does nothing', isAlarm: true }] : []),
  ];
}

function outlasted(longestMs: number): string {
  return `it has outlasted the longest run (${formatElapsed(longestMs)}), and probably waits for a disk`;
}

function doingRows(
  progress: NodeStatus['progress'],
  refresh: NodeStatus['refresh'],
  nowMs: number,
  isHolderKnown: boolean,
): readonly Row[] {
  if (progress !== null) {
    const words = wordsOfPhase(progress.state) ?? progress.state;
    const held =
      progress.holder === null || isHolderKnown
        ? []
        : [`held by ${progress.holder}${forHowLong(progress.holder_since, nowMs)}`];
    const ahead = progress.ahead === null ? [] : [`${progress.ahead} ahead`];
    const group =
      refresh !== null && progress.state === ('refreshing' satisfies RunState) ? [`process group ${refresh.pgid}`] : [];
    return [{ title: '', text: [`${words}, ${since(progress.since, nowMs)}`, ...held, ...ahead, ...group].join(', ') }];
  }
  if (refresh === null) return [];
  return [
    { title: '', text: `refreshing HAProxy, ${since(refresh.startedAt, nowMs)} (process group ${refresh.pgid})` },
  ];
}

function lastRunRow(status: NodeStatus): Row {
  const { nowMs, lastRun } = status;
  if (lastRun === null) return { title: 'last run', text: 'none has ended yet' };
  const { at, outcome, message, took_ms: tookMs } = lastRun;
  const why = message === null ? '' : `: ${message}`;
  return {
    title: 'last run',
    text: `${ago(at, nowMs)}: ${outcome}${why} (took ${formatElapsed(tookMs)})`,
    isAlarm: (outcome.startsWith('failed/') && !isPutRight(status)) || outcome === 'killed',
  };
}

function lastRefresh({ nowMs, lastRefresh: last }: NodeStatus): string {
  if (last === null) return 'none has succeeded yet';
  const why = last.plan === null ? 'forced' : 'because pods changed';
  return `${ago(last.at, nowMs)}, ${why}${last.times > 1 ? `, ${last.times} times in a row for the same pods` : ''}`;
}

function handbrakeRow({ nowMs, handbrake }: NodeStatus): Row {
  if ('problem' in handbrake) return { title: 'handbrake', text: handbrake.problem, isAlarm: true };
  const { engaged, said } = handbrake;
  if (!engaged) return { title: 'handbrake', text: said === null ? 'released' : `released: ${said}` };
  const forSoLong = handbrake.since === null ? '' : ` ${since(handbrake.since, nowMs)}`;
  return { title: 'handbrake', text: `engaged${forSoLong}${said === null ? '' : `: ${said}`}`, isAlarm: true };
}

function discoveryRow(status: NodeStatus): Row {
  const { nowMs, discoveryAt, lastRun } = status;
  const isFailing = lastRun?.outcome === 'failed/discoveryUntrusted' || isDiscoveryStale(status);
  const last =
    discoveryAt === null
      ? 'no run has had an answer for all groups yet'
      : `last answered for all groups ${ago(discoveryAt, nowMs)}`;
  return { title: 'discovery', text: isFailing ? `failing: ${last}` : last, isAlarm: isFailing };
}

function forHowLong(from: string | null, nowMs: number): string {
  return from === null ? '' : ` ${since(from, nowMs)}`;
}
