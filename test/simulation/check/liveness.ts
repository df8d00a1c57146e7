import type { SeenGroup } from '../facts.ts';
import { hadWrongClock } from './excuses.ts';
import type { History, Run } from './history.ts';
import type { Rule } from './rule.ts';

/** What a run does beside its budget and its commands: files, discovery twice, three tries to release. */
const REST_MS = 90_000;

const r0: Rule = {
  id: 'R0',
  statement: 'No machine breaks, and no failure is unexpected.',
  begin: () => ({
    see(fact) {
      if (fact.what === 'runBroke') return fact.message;
      const isUnexpected =
        fact.what === 'runEnded' && fact.outcome.kind === 'failed' && fact.outcome.failure.kind === 'unexpected';
      return isUnexpected ? JSON.stringify(fact.outcome) : null;
    },
  }),
};

const l1: Rule = {
  id: 'L1',
  statement:
    'Every run ends within its budget and a bound that follows from the settings, of the time that it was scheduled.',
  begin: () => ({
    see(fact, history) {
      return fact.what === 'runEnded' || fact.what === 'runStarted' ? firstTooLong(history, fact.node) : null;
    },
    end: (history) =>
      history.scenario.nodes.map((_, node) => firstTooLong(history, node)).find((problem) => problem !== null) ?? null,
  }),
};

const l2: Rule = {
  id: 'L2',
  statement: 'A run is skipped only for an owner of the run lock, or an orphaned refresh, that really lived meanwhile.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'runEnded' || fact.outcome.kind !== 'skipped') return null;
      const run = history.run(fact.run);
      const others = [...history.runs.values()].filter((other) => other.node === run.node && other !== run);
      if (fact.outcome.why === 'runLockHeld') {
        const owner = others.find((other) => hadRunLock(other, run.startedMs));
        return owner === undefined ? 'nobody had the run lock while it lived' : null;
      }
      if (fact.outcome.why !== 'orphanRefresh') return null;
      const orphan = history.refreshes.find(
        (refresh) => others.includes(refresh.run) && (refresh.goneMs ?? Number.POSITIVE_INFINITY) >= run.startedMs,
      );
      return orphan === undefined ? 'no refresh was alive while it lived' : null;
    },
  }),
};

const l3: Rule = {
  id: 'L3',
  statement: 'A run does not give the lock up after one renewal without an answer, where there is time for another.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'entered' || fact.state !== 'clusterLock.lost') return null;
      const { leaseMs, killGraceMs } = history.scenario.settings;
      const run = history.run(fact.run);
      const wasDenied = history.strikes.some(({ fault }) => fault === 'lockDenied');
      const good = run.facts.findLast((each) => each.what === 'lockTold' && each.answer === 'renewed');
      const stops = run.stops.length + (history.hostStops.get(run.node)?.length ?? 0);
      const isOdd = wasDenied || stops > 0 || hadWrongClock(run.node, 0, history) || clockStepped(run.node, history);
      // A grace of two fifths of the lease leaves no room for a second try.
      if (isOdd || good?.what !== 'lockTold' || killGraceMs > 0.2 * leaseMs) return null;
      const isGone = run.facts.some((each) => each.what === 'lockTold' && each.answer === 'gone');
      const tries = run.facts.filter((each) => each.what === 'renewalSent' && each.atMs > good.askedAtMs).length;
      // An answer that took most of the lease left nothing to try again in.
      const wasLate = good.atMs - good.askedAtMs > leaseMs / 10;
      return isGone || wasLate || tries >= 2 ? null : `it gave up after ${tries} renewals`;
    },
  }),
};

const l4: Rule = {
  id: 'L4',
  statement: 'Once everything is healed, every node refreshes until its HAProxy has every pod.',
  begin: () => {
    let truth: readonly SeenGroup[] = [];
    const primers = new Map<number, readonly SeenGroup[]>();
    return {
      see(fact) {
        if (fact.what === 'truthChanged') truth = fact.groups;
        if (fact.what === 'primerReplaced') primers.set(fact.node, fact.groups);
        return null;
      },
      end(history) {
        if (history.healedMs === null || mayStandStill(history)) return null;
        const behind = history.scenario.nodes.findIndex((_, node) => !hasAllPods(primers.get(node) ?? [], truth));
        return behind === -1 ? null : `node ${behind} does not have every pod`;
      },
    };
  },
};

const l5: Rule = {
  id: 'L5',
  statement: 'Once every node has every pod, nothing is refreshed any more.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'refreshStarted' || history.healedMs === null) return null;
      const { periodMs, healthyPeriods, faultyPeriods } = history.scenario;
      const isLast = fact.atMs > (faultyPeriods + healthyPeriods - 1) * periodMs + 20_000;
      return isLast && !mayStandStill(history) ? 'it refreshes in the last period' : null;
    },
  }),
};

const l6: Rule = {
  id: 'L6',
  statement: 'Who ends has given the lock back, where nothing was wrong with the lock service or the way to it.',
  begin: () => ({
    see(fact, history) {
      if (fact.what !== 'runEnded') return null;
      const grant = history.grantOf(history.run(fact.run));
      const wasTrouble = history.strikes.some(({ fault }) => fault.startsWith('lock') || fault.startsWith('lease'));
      return grant === undefined || grant.freedMs !== null || wasTrouble ? null : 'the lock is still its own';
    },
  }),
};

export const LIVENESS: readonly Rule[] = [r0, l1, l2, l3, l4, l5, l6];

function firstTooLong(history: History, node: number): string | null {
  const { budgetMs, handbrakeTimeoutMs, killGraceMs } = history.scenario.settings;
  const mostMs = 1.05 * (budgetMs + 2 * handbrakeTimeoutMs + 3 * killGraceMs) + REST_MS;
  for (const run of history.runs.values()) {
    if (run.node !== node || (run.overMs !== null && run.overMs !== history.nowMs) || run.killedMs !== null) continue;
    const stops = [...run.stops, ...(history.hostStops.get(node) ?? [])];
    const stoodMs = stops.reduce((sum, stop) => sum + ((stop.untilMs ?? history.nowMs) - stop.sinceMs), 0);
    const lastedMs = history.nowMs - run.startedMs - stoodMs;
    if (lastedMs > mostMs && !hadWrongClock(node, 0, history))
      return `${run.run} lasts ${lastedMs} ms, more than ${mostMs}`;
  }
  return null;
}

function hadRunLock(run: Run, sinceMs: number): boolean {
  const taken = run.facts.find(({ what }) => what === 'runLockTaken');
  const freed = run.facts.find(({ what }) => what === 'runLockFreed');
  return taken !== undefined && (freed?.atMs ?? Number.POSITIVE_INFINITY) >= sinceMs;
}

function clockStepped(node: number, { strikes }: History): boolean {
  return strikes.some(({ fault, node: struck }) => fault === 'clockStep' && struck === node);
}

/** Some policies stop a node on purpose until somebody looks: a refresh that never helps, a group that shrank. */
function mayStandStill({ scenario: { settings, changes }, runs }: History): boolean {
  const isStopped = [...runs.values()].some(
    ({ outcome }) => outcome?.kind === 'failed' && outcome.failure.kind === 'refreshIneffective',
  );
  const mayShrink = settings.maxShrinkPercent !== null && changes.some(({ what }) => what !== 'add');
  return isStopped || mayShrink;
}

function hasAllPods(primer: readonly SeenGroup[], truth: readonly SeenGroup[]): boolean {
  return truth.every(({ group, pods }) => {
    const names = primer.find((each) => each.group === group)?.pods.map(nameOf) ?? [];
    return pods.every((pod) => names.includes(nameOf(pod)));
  });
}

function nameOf(pod: string): string {
  return pod.slice(pod.indexOf('=') + 1);
}
