/** What the checkers keep of runs, commands and locks. */
import type { Outcome } from '../../../machines/vocabulary.ts';
import type { Fact, Freed, PrimerMemory } from '../facts.ts';
import type { FaultKind } from '../scenario.ts';
import { SLACK_MS } from './tolerances.ts';

export type FactOf<What extends Fact['what']> = Extract<Fact, { what: What }>;

export interface Stop {
  readonly sinceMs: number;
  untilMs: number | null;
}

export interface Run {
  readonly run: string;
  readonly node: number;
  readonly forceRun: boolean;
  readonly dryRun: boolean;
  readonly startedMs: number;
  /** Everything that happened to this run, oldest first. */
  readonly facts: Fact[];
  readonly stops: Stop[];
  readonly handbrakes: Handbrake[];
  /** When it asked for the cluster lock, was signalled, began its report, ended or was killed; null: not yet. */
  wantedMs: number | null;
  signalledMs: number | null;
  reportMs: number | null;
  overMs: number | null;
  killedMs: number | null;
  outcome: Outcome | null;
  /** What its node remembered of an earlier primer when it got the run lock. */
  primerMemory: PrimerMemory;
}

/** A fault that struck, and how long it lasts. */
export interface Strike {
  readonly fault: FaultKind;
  /** Null: everybody. */
  readonly node: number | null;
  readonly size: number;
  readonly atMs: number;
  untilMs: number;
}

export interface Handbrake {
  readonly group: number;
  readonly startedMs: number;
  goneMs: number | null;
}

/** The refresh command of one run. */
export interface Refresh {
  readonly run: Run;
  readonly group: number;
  readonly startedMs: number;
  readonly isUnkillable: boolean;
  code: number | null;
  termSentMs: number | null;
  killSentMs: number | null;
  /** When the command itself ended, and when no process of its group was left. */
  exitedMs: number | null;
  goneMs: number | null;
}

/** The lock in the hands of one run, as the lock service sees it. */
export interface Grant {
  readonly run: Run;
  readonly session: string;
  readonly grantedMs: number;
  /** Until then the service has promised to keep it. */
  keptUntilMs: number | null;
  freedMs: number | null;
  why: Freed | null;
  /** The run whose request ended it. */
  by: string | null;
}

export function newRun({ run, node, forceRun, dryRun, atMs }: FactOf<'runStarted'>): Run {
  return {
    run,
    node,
    forceRun,
    dryRun,
    startedMs: atMs,
    facts: [],
    stops: [],
    handbrakes: [],
    wantedMs: null,
    signalledMs: null,
    reportMs: null,
    overMs: null,
    killedMs: null,
    outcome: null,
    primerMemory: null,
  };
}

export function newRefresh(run: Run, { group, atMs, isUnkillable }: FactOf<'refreshStarted'>): Refresh {
  return {
    run,
    group,
    startedMs: atMs,
    isUnkillable,
    code: null,
    termSentMs: null,
    killSentMs: null,
    exitedMs: null,
    goneMs: null,
  };
}

/** When the run was first told that it has the lock; null: not yet. */
export function heldAtMs(run: Run): number | null {
  return run.facts.find((fact) => fact.what === 'lockNotice' && fact.answer === 'held')?.atMs ?? null;
}

/** When the run was told that the lock which it had is gone; who only waits loses a place. */
export function lostAtMs(run: Run): number | null {
  const heldMs = heldAtMs(run) ?? Number.POSITIVE_INFINITY;
  const isLoss = (fact: Fact) => fact.what === 'lockNotice' && fact.answer === 'gone' && fact.atMs >= heldMs;
  return run.facts.find(isLoss)?.atMs ?? null;
}

/** A run that is killed in the very moment of the start could not hold the command back any more; its guard stops it. */
export function wasJustKilled({ killedMs }: Run, nowMs: number): boolean {
  return killedMs !== null && nowMs - killedMs <= SLACK_MS;
}

/** True while a refresh lives that was sent KILL and cannot be killed. */
export function wasKilledInVain(refresh: Refresh | undefined): boolean {
  return refresh !== undefined && refresh.goneMs === null && isBeyondKill(refresh);
}

/**
 * True where such a refresh lived on when its run had nothing left to do but to report, or went while that run was
 * stopped and could not see it; whatever became of it then.
 */
export function wasLeftBehind(refresh: Refresh | undefined): boolean {
  if (refresh === undefined || !isBeyondKill(refresh)) return false;
  const { goneMs, run } = refresh;
  if (goneMs === null || goneMs >= (run.reportMs ?? Infinity)) return true;
  return run.stops.some(({ sinceMs, untilMs }) => goneMs >= sinceMs && goneMs <= (untilMs ?? Infinity));
}

function isBeyondKill({ isUnkillable, killSentMs }: Refresh): boolean {
  return isUnkillable && killSentMs !== null;
}
