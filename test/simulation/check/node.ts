import { hadWrongClock } from './excuses.ts';
import type { History, Refresh } from './history.ts';
import type { Rule } from './rule.ts';

const CLOCKS_DIFFER = 0.03;
const SLACK_MS = 500;

const n1: Rule = {
  id: 'N1',
  statement: 'Two runs of one node never have the run lock at once.',
  begin: () => {
    const owners = new Map<number, string>();
    return {
      see(fact) {
        if (fact.what === 'runLockFreed' && owners.get(fact.node) === fact.run) owners.delete(fact.node);
        if (fact.what !== 'runLockTaken') return null;
        const owner = owners.get(fact.node);
        owners.set(fact.node, fact.run);
        return owner === undefined ? null : `it takes the run lock that ${owner} has`;
      },
    };
  },
};

const n2: Rule = {
  id: 'N2',
  statement: 'No refresh starts while one of an earlier run of the same node is alive.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const other = history.refreshesNow().find(({ run }) => run.node === fact.node && run.run !== fact.run);
      return other === undefined ? null : `the refresh of ${other.run.run} is still alive`;
    },
  }),
};

const n3: Rule = {
  id: 'N3',
  statement: 'The refresh of a killed watcher is gone after the grace.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshGone') return null;
      return outlived(
        history.refreshes.find(({ run, group }) => run.run === fact.run && group === fact.group)!,
        history,
      );
    },
    end: (history) =>
      history
        .refreshesNow()
        .map((refresh) => outlived(refresh, history))
        .find((problem) => problem !== null) ?? null,
  }),
};

export const NODE: readonly Rule[] = [n1, n2, n3];

function outlived(refresh: Refresh, history: History): string | null {
  const { killedMs, node } = refresh.run;
  if (killedMs === null || refresh.isUnkillable || hadWrongClock(node, 0, history)) return null;
  const untilMs = refresh.goneMs ?? history.nowMs;
  const stoodMs = (history.hostStops.get(node) ?? [])
    .filter((stop) => (stop.untilMs ?? untilMs) > killedMs)
    .reduce((sum, stop) => sum + (stop.untilMs ?? untilMs) - stop.sinceMs, 0);
  const mostMs = history.scenario.settings.killGraceMs * (1 + CLOCKS_DIFFER) + SLACK_MS + stoodMs;
  const livedMs = untilMs - Math.max(killedMs, refresh.startedMs);
  return livedMs <= mostMs ? null : `its refresh outlived it by ${livedMs} ms`;
}
