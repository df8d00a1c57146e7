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
  /** The refreshes on record that this run counted beside its own; null where it could not count anything. */
  readonly counted: readonly LeftRefresh[] | null;
}

/** A refresh on record, and whether it is none to be counted any more. */
type Recorded = LeftRefresh & { readonly isCounted: boolean };

/** What a run that ends writes to the last refresh on record. */
export interface LastNow {
  readonly succeeded?: boolean;
  readonly counted?: boolean;
}

/** Those of a day or two on which no run could write the statistics. */
const LEFT_MAX = 500;

/** The refreshes that are to be counted now, as many as there is room for: one that goes on is counted once it is over. */
export function refreshesToCount({ earlier, last }: OnRecord<Recorded>, isLastAlive = false): readonly LeftRefresh[] {
  if (last === null || last.isCounted || isLastAlive) return earlier;
  const { at, succeeded } = last;
  return [...earlier, { at, succeeded }].slice(-LEFT_MAX);
}

/** What stays on record at the end of a run, which may never have known of what it finds there now. */
export function leftOnRecord({ earlier, last }: OnRecord<Recorded>, run: EndedRun): OnRecord<LastNow> {
  const waits = (each: LeftRefresh) => !isAmong(run.counted ?? [], each);
  return {
    earlier: earlier.filter(waits),
    last: last && (run.isOurs ? ownLast(run) : earlierLast(last, run, waits(last))),
  };
}

function ownLast({ keepIntent, refreshStarted, refreshSucceeded, counted }: EndedRun): LastNow | null {
  if (refreshStarted && counted === null) return { succeeded: refreshSucceeded };
  // One that did not start is none to be counted, now or later.
  return keepIntent ? { counted: true } : null;
}

function earlierLast({ isCounted }: Recorded, { keepIntent }: EndedRun, waits: boolean): LastNow | null {
  if (!isCounted && waits) return {};
  return keepIntent ? { counted: true } : null;
}

function isAmong(counted: readonly LeftRefresh[], { at, succeeded }: LeftRefresh): boolean {
  return counted.some((each) => each.at === at && each.succeeded === succeeded);
}
