import { formatElapsed } from '../report/format-elapsed.ts';
import { PHASES } from '../report/phases.ts';
import { asOneLine } from '../text/printable.ts';
import { fitText } from '../text/text-width.ts';
import { nextStep } from './next-step.ts';
import type { NodeStatus } from './node-status.ts';

interface Row {
  readonly title: string;
  readonly text: string;
  readonly isAlarm?: boolean;
}

export interface Page {
  /** Null where lines may be as long as they are. */
  readonly columns: number | null;
  readonly hasColours: boolean;
}

const TITLE_WIDTH = 11;
const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';

/** The status of a node on one screen: what goes on first, what to do last. Ends with a newline. */
export function formatStatus(status: NodeStatus, page: Page): string {
  const { isAlarm, text } = nextStep(status);
  const rows: readonly Row[] = [
    ...(status.refused === null ? [] : [{ title: 'config', text: status.refused, isAlarm: true }]),
    ...nowRows(status),
    lastRunRow(status),
    { title: 'refresh', text: lastRefresh(status) },
    handbrakeRow(status),
    { title: 'discovery', text: discovery(status) },
    { title: 'next', text, isAlarm },
  ];
  return rows.map((row) => `${formatRow(row, page)}\n`).join('');
}

/** A refresh beside a run is that run's own. Alone, its run was killed, or has its run lock elsewhere. */
function nowRows({ nowMs, run, refresh, progress }: NodeStatus): readonly Row[] {
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
  return [{ title: 'now', text: `busy: ${run.title}${details}` }, ...doingRows(progress, refresh, nowMs)];
}

function doingRows(progress: NodeStatus['progress'], refresh: NodeStatus['refresh'], nowMs: number): readonly Row[] {
  if (progress !== null) {
    const words = PHASES[progress.state]?.words ?? progress.state;
    const held =
      progress.holder === null ? [] : [`held by ${progress.holder}${forHowLong(progress.holder_since, nowMs)}`];
    const ahead = progress.ahead === null ? [] : [`${progress.ahead} ahead`];
    return [{ title: '', text: [`${words}, ${since(progress.since, nowMs)}`, ...held, ...ahead].join(', ') }];
  }
  if (refresh === null) return [];
  return [
    { title: '', text: `refreshing HAProxy, ${since(refresh.startedAt, nowMs)} (process group ${refresh.pgid})` },
  ];
}

function lastRunRow({ nowMs, lastRun }: NodeStatus): Row {
  if (lastRun === null) return { title: 'last run', text: 'none has ended yet' };
  const { at, outcome, message, took_ms: tookMs } = lastRun;
  const why = message === null ? '' : `: ${message}`;
  return {
    title: 'last run',
    text: `${ago(at, nowMs)}: ${outcome}${why} (took ${formatElapsed(tookMs)})`,
    isAlarm: outcome.startsWith('failed/'),
  };
}

function lastRefresh({ nowMs, lastRefresh: last }: NodeStatus): string {
  if (last === null) return 'none has succeeded yet';
  const why = last.plan === null ? 'forced' : 'because pods changed';
  return `${ago(last.at, nowMs)}, ${why}${last.times > 1 ? `, ${last.times} times in a row for the same pods` : ''}`;
}

function handbrakeRow({ handbrake }: NodeStatus): Row {
  if ('problem' in handbrake) return { title: 'handbrake', text: handbrake.problem, isAlarm: true };
  const said = handbrake.said === null ? '' : `: ${handbrake.said}`;
  return { title: 'handbrake', text: handbrake.engaged ? `engaged${said}` : 'released', isAlarm: handbrake.engaged };
}

function discovery({ nowMs, discoveryAt }: NodeStatus): string {
  return discoveryAt === null
    ? 'no run has had an answer for all groups yet'
    : `last answered for all groups ${ago(discoveryAt, nowMs)}`;
}

function forHowLong(from: string | null, nowMs: number): string {
  return from === null ? '' : ` for ${formatElapsed(nowMs - Date.parse(from))}`;
}

function since(from: string, nowMs: number): string {
  return `for ${formatElapsed(nowMs - Date.parse(from))}`;
}

function ago(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  return ms < 0 ? `at ${at}, which is still to come` : `${formatElapsed(ms)} ago`;
}

function formatRow({ title, text, isAlarm = false }: Row, { columns, hasColours }: Page): string {
  const clean = asOneLine(text);
  const fitted = columns === null ? clean : fitText(clean, columns - TITLE_WIDTH);
  return `${title.padEnd(TITLE_WIDTH)}${isAlarm && hasColours ? `${RED}${fitted}${PLAIN}` : fitted}`;
}
