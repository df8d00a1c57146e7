import type { History } from './history.ts';
import { hadSlowClock, stoodMs, struckDuring } from './permitted-causes.ts';
import { type FactOf, lostAtMs, type Refresh, type Run } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, COMMAND_SLACK_MS, LINGER_MS } from './tolerances.ts';

const n1: Rule = {
  id: 'N1',
  statement: 'Two runs of one node never have the run lock at once.',
  begin: () => {
    const owners = new Map<number, string>();
    return {
      runLockFreed({ node, run }) {
        if (owners.get(node) === run) owners.delete(node);
        return null;
      },
      runLockTaken(fact) {
        const owner = owners.get(fact.node);
        owners.set(fact.node, fact.run);
        return owner === undefined ? null : `it takes the run lock that ${owner} has`;
      },
    };
  },
};

const n2: Rule = {
  id: 'N2',
  statement: 'A run that gets the run lock while a refresh of an earlier run of its node lives goes no further.',
  begin: () => ({ lockWanted: besideAnother, refreshStarted: besideAnother }),
};

const n3: Rule = {
  id: 'N3',
  statement:
    'Every refresh, with all that it leaves in its group, is gone a grace after its time limit, the end of the budget, ' +
    'a signal, the loss of the lock, the death of its watcher or two seconds after its own exit, whichever is first.',
  begin: () => ({
    refreshGone(fact, history) {
      return outlived(history.refreshOf(history.run(fact.run))!, history);
    },
    end: (history) =>
      history.refreshes
        .filter(({ goneMs }) => goneMs === null)
        .map((refresh) => outlived(refresh, history))
        .find((problem) => problem !== null) ?? null,
  }),
};

const n3b: Rule = {
  id: 'N3b',
  statement: 'Every handbrake command is gone a grace after its time limit, a signal or the death of its watcher.',
  begin: () => ({
    handbrakeGone(fact, history) {
      const run = history.run(fact.run);
      const { startedMs } = run.handbrakes.findLast(({ group }) => group === fact.group)!;
      const { handbrakeTimeoutMs } = history.scenario.settings;
      const limits = [lasting(handbrakeTimeoutMs, startedMs), at(run.killedMs), at(run.signalledMs)];
      return tooLate(run, startedMs, limits, fact.atMs, history);
    },
  }),
};

const n4: Rule = {
  id: 'N4',
  statement: 'A run whose refresh command is not there when it begins goes no further.',
  begin: () => ({
    handbrakeStarted({ node, run, atMs }, history) {
      const { startedMs } = history.run(run);
      const wasMissing = struckDuring(history, node, ['refreshNotStarted'], startedMs).some(
        ({ atMs: sinceMs, untilMs }) => sinceMs < startedMs && untilMs > atMs,
      );
      return wasMissing ? 'it asks its handbrake, and has nothing to start' : null;
    },
  }),
};

export const NODE: readonly Rule[] = [n1, n2, n3, n3b, n4];

function besideAnother(fact: FactOf<'lockWanted' | 'refreshStarted'>, history: History): string | null {
  const other = history.refreshesNow().find(({ run }) => run.node === fact.node && run.run !== fact.run);
  return other === undefined ? null : `the refresh of ${other.run.run} is still alive`;
}

function outlived(refresh: Refresh, history: History): string | null {
  const { run, startedMs, exitedMs, goneMs, killSentMs, isUnkillable } = refresh;
  const { refreshTimeoutMs, budgetMs } = history.scenario.settings;
  const limits = [
    refreshTimeoutMs === null ? null : lasting(refreshTimeoutMs, startedMs),
    run.wantedMs === null ? null : lasting(budgetMs, run.wantedMs),
    at(run.killedMs),
    at(run.signalledMs),
    at(lossAt(run, history)),
    exitedMs === null ? null : lasting(LINGER_MS, exitedMs),
  ];
  // What KILL does not end is the kernel's; that it was sent is asked for all the same.
  const endMs = isUnkillable ? killSentMs : goneMs;
  return tooLate(run, startedMs, limits, endMs ?? history.nowMs, history);
}

/** A bound of a command, and since when it is counted by the clock of its node. */
interface Limit {
  readonly sinceMs: number;
  readonly forMs: number;
}

function lasting(forMs: number, sinceMs: number): Limit {
  return { sinceMs, forMs };
}

function at(atMs: number | null): Limit | null {
  return atMs === null ? null : { sinceMs: atMs, forMs: 0 };
}

/** What is wrong with a command that ended then: it is stopped at the first of its limits, and has a grace to end. */
function tooLate(
  run: Run,
  startedMs: number,
  limits: readonly (Limit | null)[],
  endMs: number,
  history: History,
): string | null {
  const { killGraceMs } = history.scenario.settings;
  for (const limit of limits) {
    if (limit === null || hadSlowClock(run.node, limit.sinceMs, history)) continue;
    const dueMs = Math.max(limit.sinceMs + limit.forMs * (1 + CLOCKS_DIFFER), startedMs);
    const mostMs = dueMs + killGraceMs * (1 + CLOCKS_DIFFER) + COMMAND_SLACK_MS + stoodMs(run, limit.sinceMs, history);
    if (endMs > mostMs) return `its command is there ${Math.ceil(endMs - mostMs)} ms longer than it may be`;
  }
  return null;
}

/** When a run that is to stop its refresh then was told that its lock is gone. */
function lossAt(run: Run, history: History): number | null {
  if (history.scenario.settings.onLockLost === 'finish') return null;
  const { startedMs } = history.refreshOf(run)!;
  const lostMs = lostAtMs(run);
  return lostMs === null || lostMs < startedMs ? null : lostMs;
}
