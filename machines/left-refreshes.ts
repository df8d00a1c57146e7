import type { LeftRefresh } from './statistics.ts';

/** The refreshes on record. */
export interface OnRecord<Last> {
  /** Those of earlier runs that no run has counted yet, in the order of these. */
  readonly earlier: readonly LeftRefresh[];
  /** The last one that a run recorded before it started; null where none is left to be looked after. */
  readonly last: Last | null;
}

/** What a run that ends knows of the refreshes on record. */
export interface EndedRun {
  /** The last one on record may live. */
  readonly keepIntent: boolean;
  /** The last one on record is this run's. */
  readonly isOurs: boolean;
  readonly refreshStarted: boolean;
  readonly refreshSucceeded: boolean;
  /** False where the statistics could not be written: nothing was counted. */
  readonly isCounted: boolean;
}

/** Those of a day or two on which no run could write the statistics. */
const LEFT_MAX = 500;

/** The refreshes that are to be counted now, as many as there is room for: one that goes on is counted once it is over. */
export function refreshesToCount(
  { earlier, last }: OnRecord<LeftRefresh & { readonly isCounted: boolean }>,
  isLastAlive = false,
): readonly LeftRefresh[] {
  if (last === null || last.isCounted || isLastAlive) return earlier;
  const { at, succeeded } = last;
  return [...earlier, { at, succeeded }].slice(-LEFT_MAX);
}

/** What stays on record at the end of a run. */
export function leftOnRecord<Last extends object>(before: OnRecord<Last>, run: EndedRun): OnRecord<Last> {
  return { earlier: run.isCounted ? [] : before.earlier, last: before.last && lastLeft(before.last, run) };
}

function lastLeft<Last extends object>(last: Last, run: EndedRun): Last | null {
  const { keepIntent, isOurs, refreshStarted, isCounted } = run;
  // One that was on record and did not start is none to be counted.
  const waits = !isCounted && !(isOurs && !refreshStarted);
  if (!waits && !keepIntent) return null;
  if (!isOurs || !refreshStarted) return last;
  return isCounted ? { ...last, counted: true } : { ...last, succeeded: run.refreshSucceeded };
}
