import type { RunReport } from '../../machines/vocabulary.ts';

/** What a run reports that compared and found nothing to do. */
export const QUIET_REPORT: RunReport = {
  outcome: { kind: 'unchanged', why: 'noDifference' },
  refreshStarted: false,
  refreshSucceeded: false,
  keepIntent: false,
  reason: null,
  diff: null,
  generations: {},
  staleRuns: {},
  lastRefresh: null,
  hasArrived: false,
  isEffective: false,
};
