/**
 * What an onlooker of a run remembers, who sees only what comes to the machine and what the machine does, never its
 * states. The laws of a run are about this; were they about states, a wrong machine could wrong them too.
 */
import type { AnyEventObject } from 'xstate';
import type { Memory, RunInput } from '../../machines/vocabulary.ts';
import { INEFFECTIVE_CHANGES, neededMs } from '../support/alphabets.ts';
import { sends, starts } from '../support/effects.ts';
import type { Seen } from '../support/explore.ts';
import { type BoardMemory, rememberBoard } from './board-memory.ts';
import { type Look, lookAt } from './run-comparisons.ts';
import { endingDue } from './run-endings.ts';

export interface RunMemory {
  /** How the run must end, as soon as that is settled: `skipped/handbrakeEngaged`. */
  readonly due: string | null;
  /** How often the handbrake was seen released, up to 2. */
  readonly released: number;
  /** It was seen released after the cluster settled. */
  readonly releasedAgain: boolean;
  readonly hasRunLock: boolean;
  /** The last refresh of this node was just before. */
  readonly isRecent: boolean;
  /** So many refreshes for the same changes were in vain that another one would be too. */
  readonly isIneffective: boolean;
  /** Generation of `front` that was accepted before. */
  readonly generation: number | null;
  /** For how many runs in a row an older one of `front` was seen. */
  readonly staleRuns: number;
  /** How many groups the primer has, between its reading and the comparison. */
  readonly groups: number | null;
  /** How often pods were compared. */
  readonly compared: number;
  /** They were compared after the cluster settled. */
  readonly comparedAgain: boolean;
  /** What all comparisons saw. */
  readonly changes: readonly string[];
  /** Every group could be compared the last time. */
  readonly isSure: boolean;
  readonly board: BoardMemory;
  readonly lock: 'untouched' | 'asked' | 'held' | 'lost' | 'broken' | 'ended';
  /** The last word of the lock service was trouble. */
  readonly isTroubled: boolean;
  readonly settled: boolean;
  readonly confirmAsked: boolean;
  readonly confirmed: boolean;
  readonly refresh: 'no' | 'starting' | 'running' | 'succeeded' | 'failed' | 'unkillable' | 'unseen';
  readonly refreshStarted: boolean;
  /** The handbrake command runs. */
  readonly isBraking: boolean;
  /** The verify command runs. */
  readonly isVerifying: boolean;
  readonly aborted: boolean;
  readonly reports: number;
  readonly releases: number;
  readonly drops: number;
  /** The report was given up. */
  readonly isReportLeft: boolean;
}

export const NOTHING_YET: RunMemory = {
  due: null,
  released: 0,
  releasedAgain: false,
  hasRunLock: false,
  isRecent: false,
  isIneffective: false,
  generation: null,
  staleRuns: 0,
  groups: null,
  compared: 0,
  comparedAgain: false,
  changes: [],
  isSure: false,
  board: 'untouched',
  lock: 'untouched',
  isTroubled: false,
  settled: false,
  confirmAsked: false,
  confirmed: false,
  refresh: 'no',
  refreshStarted: false,
  isBraking: false,
  isVerifying: false,
  aborted: false,
  reports: 0,
  releases: 0,
  drops: 0,
  isReportLeft: false,
};

/** What the onlooker remembers after one more step of the run with this input. */
export function remember(run: RunInput): (before: RunMemory, seen: Seen) => RunMemory {
  return (before, seen) => {
    const look = lookAt(before, seen.event, run);
    const due = before.due ?? endingDue(before, seen.event, run, look);
    const after = { ...before, ...fromEvent(before, seen.event, run), ...fromLook(before, look, run), due };
    const reported = isUnreported(before.due, seen.event) ? { due: 'failed/statisticsUnwritable' } : {};
    const isReportLeft = before.isReportLeft || isGivenUp(seen.event);
    const rest = { ...after, ...fromEffects(after, seen), ...reported, isReportLeft };
    return withoutPast({ ...rest, board: rememberBoard(before.board, seen, rest.due) });
  };
}

/** A good run that could not say so is a failed one. It is the one ending that changes. */
export function isUnreported(due: string | null, event: AnyEventObject): boolean {
  const isFailure = event.type === 'xstate.error.actor.writeReport' || isGivenUp(event);
  return isFailure && !/^(failed|aborted)/.test(due ?? '');
}

function isGivenUp({ type }: AnyEventObject): boolean {
  return type.startsWith('xstate.after.reportTimeout.');
}

function fromEvent(before: RunMemory, { type, output, ...event }: AnyEventObject, run: RunInput): Partial<RunMemory> {
  if (/^xstate\.(done|error)\.actor\.handbrake$/.test(type)) {
    const isReleased = /^(exited|leftOthers)$/.test(output?.how) && output.code === 0;
    const released = Math.min(before.released + (isReleased ? 1 : 0), 2);
    return { isBraking: false, released, releasedAgain: before.releasedAgain || (isReleased && before.settled) };
  }
  if (/^xstate\.(done|error)\.actor\.verify$/.test(type)) return { isVerifying: false };
  if (/^xstate\.after\.refreshDelay\./.test(type)) return { settled: before.lock === 'held' };
  if (/^xstate\.error\.actor\.refresh$/.test(type))
    return { refresh: before.refresh === 'starting' ? 'failed' : 'unseen' };
  switch (type) {
    case 'xstate.done.actor.takeRunLock': {
      const { lastRefresh } = output.memory;
      const generation = generationIn(output.memory);
      const isRecent =
        lastRefresh !== null && lastRefresh.agoMs !== null && lastRefresh.agoMs < run.minRefreshIntervalMs;
      const isIneffective =
        lastRefresh !== null && lastRefresh.plan !== null && lastRefresh.times >= run.maxIneffective;
      const hasRunLock = output.owner === null;
      return { hasRunLock, generation, staleRuns: staleRunsIn(output.memory), isRecent, isIneffective };
    }
    case 'xstate.done.actor.readPrimer':
      return isEmptyPrimer(output, run) ? {} : { groups: output.groups.length };
    case 'xstate.done.actor.refresh':
      return { refresh: output.how === 'unkillable' ? output.how : isSuccess(output) ? 'succeeded' : 'failed' };
    case 'xstate.done.actor.clusterLock':
      return { lock: 'ended' };
    case 'xstate.error.actor.clusterLock':
      return { lock: 'broken' };
    case 'lockDelayed':
      return { isTroubled: true };
    case 'lockQueued':
      return { isTroubled: false };
    case 'lockHeld':
      return { lock: 'held', isTroubled: false };
    case 'lockLost':
      return { lock: 'lost' };
    case 'lockConfirmed':
      return { confirmed: before.confirmAsked && event['leaseLeftMs'] > neededMs(run) };
    case 'commandStarted':
      return before.refresh === 'starting' ? { refresh: 'running', refreshStarted: true } : {};
    case 'abort':
      return { aborted: true };
    default:
      return {};
  }
}

/** A primer without groups, where that is not meant to be so: it is as good as unread. */
export function isEmptyPrimer({ groups }: { readonly groups: readonly unknown[] }, { allowEmpty }: RunInput): boolean {
  return groups.length === 0 && !allowEmpty;
}

/** The generation of `front` that is remembered. */
export function generationIn({ generations }: Pick<Memory, 'generations'>): number | null {
  const accepted = generations['sas/front'];
  return accepted === undefined ? null : Number(accepted);
}

/** For how many runs in a row an older generation of `front` was seen, as it is remembered. */
export function staleRunsIn({ staleRuns }: Pick<Memory, 'staleRuns'>): number {
  return staleRuns?.['sas/front'] ?? 0;
}

function isSuccess({ how, code }: { readonly how: string; readonly code: number | null }): boolean {
  return how === 'exited' && code === 0;
}

function fromLook(before: RunMemory, look: Look | null, { forceRun, onRefreshFailure }: RunInput): Partial<RunMemory> {
  if (look === null) return {};
  return {
    compared: before.compared + 1,
    comparedAgain: before.settled,
    // Of a forced run only the brake asks what it is for, and knows one plan.
    changes: forceRun && look.changes.join() !== INEFFECTIVE_CHANGES.join() ? [] : look.changes,
    isSure: onRefreshFailure === 'brake' && look.isSure,
    generation: look.generation,
    staleRuns: look.staleRuns,
    groups: null,
  };
}

function fromEffects({ lock, refresh, ...after }: RunMemory, { effects }: Seen): Partial<RunMemory> {
  const count = (before: number, more: boolean) => Math.min(before + (more ? 1 : 0), 2);
  return {
    lock: lock === 'untouched' && sends(effects, 'clusterLock', 'request') ? 'asked' : lock,
    confirmAsked: after.confirmAsked || (after.releasedAgain && sends(effects, 'clusterLock', 'confirm')),
    refresh: starts(effects, 'refresh') ? 'starting' : refresh,
    isBraking: after.isBraking || starts(effects, 'handbrake'),
    isVerifying: after.isVerifying || starts(effects, 'verify'),
    reports: count(after.reports, starts(effects, 'writeReport')),
    releases: count(after.releases, sends(effects, 'clusterLock', 'release') || sends(effects, 'clusterLock', 'leave')),
    drops: count(after.drops, starts(effects, 'dropRunLock')),
  };
}

/** It was started, and its end was not seen. */
export function mayRefreshLive({ refresh, refreshStarted }: RunMemory): boolean {
  return refresh === 'unkillable' || (refresh === 'unseen' && refreshStarted);
}

/** What can no longer matter must not make places differ. */
function withoutPast(after: RunMemory): RunMemory {
  const { due, hasRunLock, lock, refresh, refreshStarted, isBraking, isVerifying, generation, staleRuns } = after;
  const { aborted, reports, releases, drops, isReportLeft, board } = after;
  if (due === null) return after;
  const current = { ...NOTHING_YET, due, hasRunLock, lock, aborted, reports, releases, drops, isReportLeft };
  if (reports > 0) {
    const said = board === 'saying' || board === 'said' ? { board } : {};
    return mayRefreshLive(after) ? { ...current, ...said, refresh, refreshStarted } : { ...current, ...said };
  }
  // What a mark is for is known until it is written.
  const ofMark = board === 'marking' ? { changes: after.changes, isSure: after.isSure, board } : {};
  return { ...current, ...ofMark, refresh, refreshStarted, isBraking, isVerifying, generation, staleRuns };
}
