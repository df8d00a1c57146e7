import { isBehindHangingRun, isSuccess } from '../../machines/success.ts';
import type { Failure, FailureKind, Outcome } from '../../machines/vocabulary.ts';
import { exitCode } from '../exit-codes.ts';
import type { LogLevel } from '../settings/settings.ts';
import { ADVICE } from './advice.ts';
import { counted, formatChanges } from './format-changes.ts';
import { formatElapsed } from './format-elapsed.ts';
import { describeRun, endHangingRun, formatPlace } from './format-holder.ts';
import type { RunProgress } from './run-progress.ts';

/** How a run ended, in one sentence for people: the last line of the log, of the terminal, and of cron's mail. */
export function sentenceOf(outcome: Outcome, progress: RunProgress): string {
  switch (outcome.kind) {
    case 'refreshed':
      return `refreshed (${outcome.reason})${suffix(': ', changes(progress))}`;
    case 'unchanged':
      if (outcome.why === 'noLongerNeeded')
        return 'unchanged: no longer needed, the difference was gone at the second look';
      return `unchanged: no reason to refresh${suffix(' in ', compared(progress))}${suffix(', only ', changes(progress))}`;
    case 'wouldRefresh':
      return `would refresh, but this is a dry run${suffix(': ', changes(progress))}`;
    case 'skipped':
      return `skipped: ${isBehindHangingRun(outcome) ? HANGS : SKIPPED[outcome.why]}${inTheWay(outcome, progress)}`;
    case 'aborted':
      return `stopped by ${outcome.signal}; ${effect(progress)}`;
    case 'failed':
      return failure(outcome.failure, progress);
  }
}

/** How loud the log is about it. */
export function levelOf(outcome: Outcome): LogLevel {
  if (outcome.kind === 'failed') return 'ERROR';
  return isSuccess(outcome) ? 'INFO' : 'WARN';
}

/** True when the run did not come to a good end. */
export function isBad(outcome: Outcome): boolean {
  return exitCode(outcome, false) !== 0;
}

/** ` · waited 1.2s · refreshed in 0.3s`: where the time of the run went. */
export function formatTimes(outcome: Outcome, progress: RunProgress): string {
  const waited = progress.spentMs('awaitingYtLock');
  const refresh = progress.spentMs('refreshing');
  const verb = outcome.kind === 'refreshed' ? 'refreshed in' : 'refresh command took';
  return [
    waited === null ? '' : ` · waited ${formatElapsed(waited)}`,
    refresh === null ? '' : ` · ${verb} ${formatElapsed(refresh)}`,
    waited === null ? ` · took ${formatElapsed(progress.tookMs)}` : '',
  ].join('');
}

const SKIPPED: Readonly<Record<Extract<Outcome, { kind: 'skipped' }>['why'], string>> = {
  runLockHeld: 'another watcher is running on this node',
  handbrakeEngaged: 'the handbrake is engaged',
  orphanRefresh: 'the refresh command of an earlier, killed run is still alive',
  refreshedRecently: 'the last refresh of this node is younger than min_refresh_interval',
};

const HANGS = 'another run of this node has lasted longer than any that is well, and probably waits for a disk';

/** Who has the run lock, as far as it is known: `: pid 77, run 1f3a9c2e7b5d0468, since 2026-03-01T11:58:20.000Z (1m40s)`. */
function inTheWay(outcome: Outcome, { runLockHolder: holder }: RunProgress): string {
  if (holder === null) return '';
  const advice = isBehindHangingRun(outcome)
    ? `; no other run begins before it has ended: ${endHangingRun(holder)}`
    : '';
  return `: ${describeRun(holder)}${advice}`;
}

function failure({ kind, message }: Failure, progress: RunProgress): string {
  if (kind === 'statisticsUnwritable' && progress.refreshSucceeded) return `HAProxy was refreshed, but ${message}`;
  const place = kind === 'lockTimeout' && progress.place !== null ? ` (lock ${formatPlace(progress.place)})` : '';
  const isAboutRefresh = kind.startsWith('refresh') && kind !== 'refreshIneffective';
  const more = isAboutRefresh ? whereOutputIs(kind, progress) : effect(progress);
  return `${message}${place}${suffix('; ', more)}${suffix('; ', ADVICE[kind])}`;
}

/** Null for a command that did not run. */
function whereOutputIs(kind: FailureKind, { refreshPrinted }: RunProgress): string | null {
  if (kind === 'refreshNotStarted' || refreshPrinted === null) return null;
  return refreshPrinted ? 'its output is in the log' : 'it printed nothing';
}

/** The first thing anybody wants to know of a run that did not come to a good end. */
function effect(progress: RunProgress): string {
  return progress.refreshStarted ? 'the refresh command had been started' : 'HAProxy was left as it is';
}

function changes({ diff }: RunProgress): string | null {
  return diff === null ? null : formatChanges(diff);
}

function compared({ diff }: RunProgress): string | null {
  return diff === null ? null : counted(diff.groupsCompared, 'group');
}

function suffix(before: string, text: string | null): string {
  return text === null ? '' : `${before}${text}`;
}
