import type { SeenMark } from '../../../machines/vocabulary.ts';
import type { History } from './history.ts';
import { struckDuring } from './permitted-causes.ts';
import type { Run } from './records.ts';
import type { Rule } from './rule.ts';

const c1: Rule = {
  id: 'C1',
  statement: 'No run refreshes for what it was shown to have failed brake_limit times within brake_ttl.',
  begin: () => ({
    nodeRecordWritten({ run: name, plan }, history) {
      const run = history.run(name);
      const refresh = history.refreshOf(run);
      if (refresh === undefined || history.scenario.settings.onRefreshFailure !== 'brake') return null;
      const mark = shownBefore(run, refresh.startedMs).find((each) => counts(each, plan, history));
      return mark === undefined ? null : `it refreshes, and was shown that ${mark.runId} had failed`;
    },
  }),
};

const c2: Rule = {
  id: 'C2',
  statement:
    'The brake stops only what failed brake_limit times, and for no longer than brake_ttl; a board that is down stops nobody.',
  begin: () => ({
    nodeRecordWritten({ run: name, plan, outcome, atMs }, history) {
      if (outcome !== 'failed/brakeEngaged') return null;
      const isRight = shownBefore(history.run(name), atMs).some((each) => counts(each, plan, history));
      return isRight ? null : 'the brake stops it, and it was shown no mark that does';
    },
  }),
};

/** What keeps a mark from the board, or its answer from the run. */
const IN_THE_WAY = [
  'lockPartition',
  'lockRequestLost',
  'lockReplyLost',
  'lockSlow',
  'lockDenied',
  'lockDown',
  'lockRestart',
  'clockRate',
] as const;

const c3: Rule = {
  id: 'C3',
  statement: 'Where a failed refresh is to brake the others, it is on the board before the lock is given back.',
  begin: () => ({
    lockLetGo({ run: name }, history) {
      const run = history.run(name);
      const refresh = history.refreshOf(run);
      if (history.scenario.settings.onRefreshFailure !== 'brake' || refresh === undefined) return null;
      const hasFailed = refresh.exitedMs !== null && refresh.code !== null && refresh.code !== 0;
      const isOther =
        refresh.termSentMs !== null || run.signalledMs !== null || isTroubled(run, refresh.startedMs, history);
      const isMarked = run.facts.some(({ what }) => what === 'brakeMarked');
      return hasFailed && !isOther && !isMarked ? 'its refresh failed, and that is not on the board' : null;
    },
  }),
};

export const CLUSTER_BRAKE: readonly Rule[] = [c1, c2, c3];

/** What the board told the run last before that. */
function shownBefore({ facts }: Run, beforeMs: number): readonly SeenMark[] {
  const notice = facts.findLast((fact) => fact.what === 'brakeNotice' && fact.atMs <= beforeMs);
  return notice?.what === 'brakeNotice' ? notice.marks : [];
}

function counts(mark: SeenMark, plan: string | null, { scenario: { settings } }: History): boolean {
  const isYoung = Math.abs(mark.agoMs) < settings.brakeTtlMs;
  return isYoung && mark.failures >= settings.brakeLimit && (plan === null || mark.plan === plan);
}

function isTroubled(run: Run, sinceMs: number, history: History): boolean {
  const hasStood = run.stops.length > 0 || (history.hostStops.get(run.node) ?? []).length > 0;
  const isLost = run.facts.some((fact) => fact.what === 'lockNotice' && fact.answer === 'gone');
  const inTheWay = history.scenario.lock === 'file' ? ([...IN_THE_WAY, 'diskSlow'] as const) : IN_THE_WAY;
  return hasStood || isLost || struckDuring(history, run.node, inTheWay, sinceMs).length > 0;
}
