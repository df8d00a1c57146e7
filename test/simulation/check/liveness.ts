import type { FailureKind } from '../../../machines/vocabulary.ts';
import type { SeenGroup } from '../facts.ts';
import { podOf } from './comparisons.ts';
import type { History } from './history.ts';
import { hadSlowClock, stoodMs, struckDuring } from './permitted-causes.ts';
import { type Run, wasKilledInVain, wasLeftBehind } from './records.ts';
import type { Rule } from './rule.ts';

/** What a run does beside its budget and its commands: files, discovery twice, three tries to release. */
const REST_MS = 90_000;

/** The longest way of a message, both directions. */
const UNDER_WAY_MS = 1_000;

const r0: Rule = {
  id: 'R0',
  statement: 'No machine breaks, and no failure is unexpected.',
  begin: () => ({
    runBroke: ({ message }) => message,
    runEnded({ outcome }) {
      return outcome.kind === 'failed' && outcome.failure.kind === 'unexpected' ? JSON.stringify(outcome) : null;
    },
  }),
};

const l1: Rule = {
  id: 'L1',
  statement:
    'Every run ends within its budget and a bound that follows from the settings, of the time that it was scheduled.',
  begin: () => ({
    runStarted: ({ node }, history) => firstTooLong(history, node),
    runEnded: ({ node }, history) => firstTooLong(history, node),
    end: (history) =>
      history.scenario.nodes.map((_, node) => firstTooLong(history, node)).find((problem) => problem !== null) ?? null,
  }),
};

const l2: Rule = {
  id: 'L2',
  statement: 'A run is skipped only for an owner of the run lock, or an orphaned refresh, that really lived meanwhile.',
  begin: () => ({
    runEnded(fact, history) {
      if (fact.outcome.kind !== 'skipped') return null;
      const run = history.run(fact.run);
      const others = [...history.runs.values()].filter((other) => other.node === run.node && other !== run);
      if (fact.outcome.why === 'runLockHeld') {
        const owner = others.find((other) => hadRunLock(other, run.startedMs));
        return owner === undefined ? 'nobody had the run lock while it lived' : null;
      }
      if (fact.outcome.why !== 'orphanRefresh') return null;
      // It looks for one when it has the run lock.
      const sinceMs = run.facts.find(({ what }) => what === 'runLockTaken')!.atMs;
      const orphan = history.refreshes.find(
        (refresh) => others.includes(refresh.run) && (refresh.goneMs ?? Number.POSITIVE_INFINITY) >= sinceMs,
      );
      return orphan === undefined ? 'no refresh was alive when it had the run lock' : null;
    },
  }),
};

const l4: Rule = {
  id: 'L4',
  statement:
    'Once everything is healed, every node refreshes until its HAProxy has every pod; a node that stays out of order ' +
    'does not hold up the others.',
  begin: () => {
    let truth: readonly SeenGroup[] = [];
    const served = new Map<number, readonly SeenGroup[]>();
    return {
      truthChanged({ groups }) {
        truth = groups;
        return null;
      },
      haproxyStarted({ node, groups }) {
        served.set(node, groups);
        return null;
      },
      end(history) {
        if (history.healedMs === null) return null;
        const behind = history.scenario.nodes.findIndex(
          (_, node) => !mayStandStill(node, history) && !hasAllPods(served.get(node) ?? [], truth),
        );
        return behind === -1 ? null : `node ${behind} does not have every pod`;
      },
    };
  },
};

const l5: Rule = {
  id: 'L5',
  statement: 'Once every node has every pod, nothing is refreshed any more.',
  begin: () => ({
    refreshStarted(fact, history) {
      if (history.healedMs === null) return null;
      const { periodMs, healthyPeriods, faultyPeriods } = history.scenario;
      const isLast = fact.atMs > (faultyPeriods + healthyPeriods - 1) * periodMs + 20_000;
      return isLast && !mayStandStill(fact.node, history) ? 'it refreshes in the last period' : null;
    },
  }),
};

const l6: Rule = {
  id: 'L6',
  statement:
    'Who ends has given the lock back, or heard three times that it cannot, or has a refresh that nothing could stop; and gets none afterwards.',
  begin: () => ({
    lockGranted: ({ run }, history) => lateGrant(history.run(run), history),
    runEnded(fact, history) {
      const run = history.run(fact.run);
      const grant = history.grantOf(run);
      const isLeft = wasRefused(run) || wasLeftBehind(history.refreshOf(run));
      return grant === undefined || grant.freedMs !== null || isLeft ? null : 'the lock is still its own';
    },
  }),
};

export const LIVENESS: readonly Rule[] = [r0, l1, l2, l4, l5, l6];

/** A request that was under way when its run ended may still arrive; nobody can call it back. */
function lateGrant(run: Run, history: History): string | null {
  if (run.overMs === null || run.killedMs !== null || wasRefused(run)) return null;
  if (history.nowMs - run.overMs < UNDER_WAY_MS) return null;
  const isOdd = struckDuring(history, run.node, ['lockTwice', 'lockSlow'], run.startedMs).length > 0;
  return isOdd ? null : 'it gets the lock, and ended before';
}

function wasRefused({ facts }: Run): boolean {
  return facts.filter((each) => each.what === 'lockTroubled' && each.request === 'release').length >= 3;
}

function firstTooLong(history: History, node: number): string | null {
  const { budgetMs, handbrakeTimeoutMs, killGraceMs } = history.scenario.settings;
  const mostMs = 1.05 * (budgetMs + 2 * handbrakeTimeoutMs + 3 * killGraceMs) + REST_MS;
  for (const run of history.runs.values()) {
    if (run.node !== node || (run.overMs !== null && run.overMs !== history.nowMs) || run.killedMs !== null) continue;
    const lastedMs = history.nowMs - run.startedMs - stoodMs(run, run.startedMs, history);
    if (lastedMs > mostMs && !hadSlowClock(node, run.startedMs, history))
      return `${run.run} lasts ${lastedMs} ms, more than ${mostMs}`;
  }
  return null;
}

function hadRunLock(run: Run, sinceMs: number): boolean {
  const taken = run.facts.find(({ what }) => what === 'runLockTaken');
  const freed = run.facts.find(({ what }) => what === 'runLockFreed');
  return taken !== undefined && (freed?.atMs ?? Number.POSITIVE_INFINITY) >= sinceMs;
}

const STOPS: ReadonlySet<FailureKind> = new Set(['refreshIneffective', 'brakeEngaged']);

/** Some policies stop a node on purpose until somebody looks: a refresh that never helps, one that failed elsewhere, a group that shrank. */
function mayStandStill(node: number, history: History): boolean {
  const { scenario, runs, outsideTheCore } = history;
  const { settings, changes } = scenario;
  // The next runs skip beside a refresh of theirs that lives.
  if (history.refreshesNow().some((refresh) => refresh.run.node === node && wasKilledInVain(refresh))) return true;
  const isStopped = [...runs.values()].some(
    (run) =>
      run.node === node &&
      run.outcome?.kind === 'failed' &&
      STOPS.has(run.outcome.failure.kind) &&
      // One that was not seen to be effective is tried again.
      history.refreshOf(run) === undefined,
  );
  const mayShrink = settings.maxShrinkPercent !== null && changes.some(({ what }) => what !== 'add');
  return isStopped || mayShrink || outsideTheCore.includes(node);
}

function hasAllPods(served: readonly SeenGroup[], truth: readonly SeenGroup[]): boolean {
  return truth.every(({ group, pods }) => {
    const names = served.find((each) => each.group === group)?.pods.map((pod) => podOf(pod).name) ?? [];
    return pods.every((pod) => names.includes(podOf(pod).name));
  });
}
