import type { History } from './history.ts';
import { hadFastClock, hadSlowClock, permittedCauseFor, permittedCauseOf, stoodMs } from './permitted-causes.ts';
import type { Refresh } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, COMMAND_SLACK_MS, SLACK_MS } from './tolerances.ts';

const s1: Rule = {
  id: 'S1',
  statement: 'At no instant do two nodes run their refresh command.',
  begin: () => ({
    refreshStarted(_, history) {
      const [later, others] = justStarted(history);
      for (const earlier of others) {
        if (earlier.run.node === later.run.node || permittedCauseFor(earlier, later, history) !== null) continue;
        return `${later.run.run} starts its refresh while that of ${earlier.run.run} runs since ${earlier.startedMs}`;
      }
      return null;
    },
  }),
};

const s2: Rule = {
  id: 'S2',
  statement: 'Even with an excuse, two refreshes run at once for no longer than one may take and is stopped in.',
  begin: () => ({
    refreshGone(fact, history) {
      const refresh = history.refreshOf(history.run(fact.run))!;
      const { refreshTimeoutMs, budgetMs, killGraceMs } = history.scenario.settings;
      const mayTakeMs = ((refreshTimeoutMs ?? budgetMs) + killGraceMs) * (1 + CLOCKS_DIFFER) + COMMAND_SLACK_MS;
      const others = history.refreshes.filter(({ run, goneMs }) => run.node !== fact.node && goneMs === null);
      const sinceMs = Math.max(refresh.startedMs, Math.min(...others.map(({ startedMs }) => startedMs)));
      const togetherMs = fact.atMs - sinceMs - stoodMs(refresh.run, sinceMs, history);
      if (refresh.isUnkillable || hadSlowClock(fact.node, refresh.startedMs, history)) return null;
      return togetherMs <= mayTakeMs ? null : `they ran at once for ${togetherMs} ms`;
    },
  }),
};

const s3: Rule = {
  id: 'S3',
  statement: 'Before a node starts its refresh, the cluster has settled for the whole delay since the last one ended.',
  begin: () => ({
    refreshStarted(_, history) {
      const [later] = justStarted(history);
      if (hadFastClock(later.run.node, later.run.wantedMs ?? 0, history)) return null;
      const before = history.refreshes.filter((refresh) => isSettledBefore(refresh, later, history));
      const endedMs = Math.max(...before.map(({ goneMs }) => goneMs!));
      const settledMs = later.startedMs - endedMs;
      const leastMs = history.scenario.settings.refreshDelayMs * (1 - CLOCKS_DIFFER) - SLACK_MS;
      return settledMs >= leastMs ? null : `only ${settledMs} ms after the last refresh ended`;
    },
  }),
};

export const EXCLUSION: readonly Rule[] = [s1, s2, s3];

/** Another node’s refresh that is over, and whose run had the lock for as long as it ran, or no excuse for not having it. */
function isSettledBefore(refresh: Refresh, later: Refresh, history: History): boolean {
  const { nodes } = history.scenario;
  if (refresh.run.node === later.run.node) return false;
  if (nodes[refresh.run.node]!.domain !== nodes[later.run.node]!.domain) return false;
  if (refresh.goneMs === null) return false;
  const grant = history.grantOf(refresh.run);
  const wasLost = grant?.freedMs != null && grant.freedMs < refresh.goneMs;
  return !wasLost || permittedCauseOf(refresh, history, refresh.goneMs) === null;
}

/** The refresh that this instant's fact is about, and the others that run now. */
function justStarted(history: History): readonly [Refresh, readonly Refresh[]] {
  const later = history.refreshes.at(-1)!;
  return [later, history.refreshesNow().filter((refresh) => refresh !== later)];
}
