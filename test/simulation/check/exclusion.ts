import { excuseFor, hadWrongClock, stoodStill } from './excuses.ts';
import type { History, Refresh } from './history.ts';
import type { Rule } from './rule.ts';

/** Clocks within their bounds may differ by this much over any time. */
const CLOCKS_DIFFER = 0.03;

/** What is told in whole milliseconds, and what a process needs between two lines of its own. */
const SLACK_MS = 20;

const s1: Rule = {
  id: 'S1',
  statement: 'At no instant do two nodes run their refresh command.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const [later, others] = justStarted(history);
      for (const earlier of others) {
        if (earlier.run.node === later.run.node || excuseFor(earlier, later, history) !== null) continue;
        return `${later.run.run} starts its refresh while that of ${earlier.run.run} runs since ${earlier.startedMs}`;
      }
      return null;
    },
  }),
};

const s2: Rule = {
  id: 'S2',
  statement: 'Even with an excuse, no more refreshes run at once than one and the number of excuses.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const excuses = history.strikes.filter(({ excuse }) => excuse !== null).length;
      const running = history.refreshesNow().length;
      return running <= 1 + excuses ? null : `${running} refreshes run at once, with ${excuses} excuses`;
    },
  }),
};

const s3: Rule = {
  id: 'S3',
  statement: 'Before a node starts its refresh, the cluster has settled for the whole delay since the last one ended.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      const [later, others] = justStarted(history);
      const before = history.refreshes.findLast(
        (refresh) => refresh.run.node !== later.run.node && refresh.goneMs !== null,
      );
      const grant = before && history.grantOf(before.run);
      if (before?.goneMs == null || others.length > 0 || hadWrongClock(later.run.node, 0, history)) return null;
      // Who lost the lock is another matter: S1 and its excuses speak of that.
      const wasLost = grant?.freedMs != null && grant.freedMs < before.goneMs;
      const settledMs = later.startedMs - before.goneMs;
      const leastMs = history.scenario.settings.refreshDelayMs * (1 - CLOCKS_DIFFER) - SLACK_MS;
      return wasLost || settledMs >= leastMs
        ? null
        : `only ${settledMs} ms after the refresh of ${before.run.run} ended`;
    },
  }),
};

const s6: Rule = {
  id: 'S6',
  statement: 'When a refresh starts, the lock service keeps the lock for as long as it takes to stop the refresh.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted') return null;
      return leaseProblem(history, history.scenario.settings.killGraceMs);
    },
  }),
};

/** What is wrong with the lease of the refresh that starts now, when so much of it is needed. */
function leaseProblem(history: History, neededMs: number): string | null {
  const [{ run }] = justStarted(history);
  const grant = history.grantOf(run);
  if (stoodStill({ run }, history) || hadWrongClock(run.node, 0, history)) return null;
  if (grant === undefined) return 'the lock service never gave the lock to this run';
  if (grant.freedMs !== null) {
    const proof = run.facts.findLast((each) => each.what === 'lockTold');
    if (proof?.what === 'lockTold' && proof.askedAtMs > grant.freedMs) {
      return `the lock was ${grant.why} before it was last asked for`;
    }
    const isServicesFault = grant.why === 'operator' || grant.why === 'cutShort' || grant.why === 'wiped';
    return isServicesFault ? null : `the lock was ${grant.why} at ${grant.freedMs}`;
  }
  const leftMs = (grant.keptUntilMs ?? Number.POSITIVE_INFINITY) - history.nowMs;
  return leftMs >= neededMs ? null : `the lease has ${Math.floor(leftMs)} ms left, and ${neededMs} are needed`;
}

const s6b: Rule = {
  id: 'S6b',
  statement: 'No run is told of more of its lease than the lock service keeps.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'lockTold' || fact.answer === 'gone') return null;
      const grant = history.grantOf(history.run(fact.run));
      if (grant?.keptUntilMs == null || grant.freedMs !== null || hadWrongClock(fact.node, 0, history)) return null;
      // Who still waits, or believes to, is told of its place only.
      if (!history.run(fact.run).facts.some((each) => each.what === 'lockTold' && each.answer === 'held')) return null;
      const keptMs = Math.max(0, grant.keptUntilMs - fact.atMs);
      const mostMs = keptMs + CLOCKS_DIFFER * history.scenario.settings.leaseMs + SLACK_MS;
      return fact.leaseLeftMs <= mostMs ? null : `it is told of ${fact.leaseLeftMs} ms, and ${keptMs} are kept`;
    },
  }),
};

const s10: Rule = {
  id: 'S10',
  statement: 'A run never takes away a lock that is another run’s.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'lockFreed') return null;
      if (fact.why === 'released' && fact.by !== fact.run) return `${fact.by} released the lock of ${fact.run}`;
      if (fact.why !== 'takenOver') return null;
      const grant = history.grants.findLast(({ session }) => session === fact.session);
      const taker = history.runs.get(fact.by ?? '');
      const wasKept =
        grant?.keptUntilMs != null &&
        fact.atMs < grant.keptUntilMs - SLACK_MS - CLOCKS_DIFFER * history.scenario.settings.leaseMs;
      const isForgiven = taker !== undefined && hadWrongClock(taker.node, 0, history);
      return wasKept && !isForgiven ? `${fact.by} took over the lock of ${fact.run} before its lease was over` : null;
    },
  }),
};

export const EXCLUSION: readonly Rule[] = [s1, s2, s3, s6, s6b, s10];

/** The refresh that this instant's fact is about, and the others that run now. */
function justStarted(history: History): readonly [Refresh, readonly Refresh[]] {
  const later = history.refreshes.at(-1)!;
  return [later, history.refreshesNow().filter((refresh) => refresh !== later)];
}
