import type { Fact } from '../facts.ts';
import { changesIn, isAuthoritative, looksOf } from './comparisons.ts';
import type { History } from './history.ts';
import { hadFastClock, hadSlowClock, stoodMs, stoodStill } from './permitted-causes.ts';
import { type FactOf, heldAtMs, lostAtMs, type Run, wasJustKilled } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, SLACK_MS, START_MS } from './tolerances.ts';

const s4: Rule = {
  id: 'S4',
  statement:
    'A refresh starts only after, in this order: handbrake released, run lock, primer and discovery that differ, ' +
    'cluster lock, delay, both looked at again with the same difference, handbrake released again, lock confirmed.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      return run.forceRun ? null : (gatesProblem(run, history) ?? differenceProblem(run, history));
    },
  }),
};

const s9: Rule = {
  id: 'S9',
  statement: 'A forced run leaves out the difference, and nothing else of S4.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      return run.forceRun ? gatesProblem(run, history) : null;
    },
  }),
};

const s5: Rule = {
  id: 'S5',
  statement: 'When a refresh starts, the last look at the handbrake is not older than the lease and the start.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      const look = last(run, 'handbrakeNotice');
      if (look === undefined || stoodStill(run, history)) return null;
      const ageMs = fact.atMs - look.lookedAtMs - stoodMs(run, look.lookedAtMs, history);
      const mostMs = (history.scenario.settings.leaseMs + START_MS) * (1 + CLOCKS_DIFFER) + SLACK_MS;
      return ageMs <= mostMs || hadSlowClock(run.node, look.lookedAtMs, history) ? null : `the look is ${ageMs} ms old`;
    },
  }),
};

const s7: Rule = {
  id: 'S7',
  statement: 'A run starts at most one refresh, and none after a signal, after its report, or once the lock is gone.',
  begin: () => ({
    refreshStarted(fact, history) {
      const run = history.run(fact.run);
      if (run.facts.filter(({ what }) => what === 'refreshStarted').length > 1) return 'this is its second refresh';
      if (run.outcome !== null || run.reportMs !== null) return 'the run is over';
      if (run.signalledMs !== null) return `it was signalled at ${run.signalledMs}`;
      return lostAtMs(run) === null ? null : 'it heard that the lock is gone';
    },
  }),
};

const s8: Rule = {
  id: 'S8',
  statement: 'A dry run that is not forced asks for no lock, records no refresh and starts none.',
  begin: () => ({
    lockWanted: effectProblem,
    lockAsked: effectProblem,
    refreshRecorded: effectProblem,
    refreshStarted: effectProblem,
  }),
};

export const ORDER: readonly Rule[] = [s4, s5, s7, s8, s9];

function effectProblem({ what, run }: { readonly what: string; readonly run: string }, history: History) {
  const { dryRun, forceRun } = history.run(run);
  return dryRun && !forceRun ? `${what} in a dry run` : null;
}

/** What is wrong with the gates that every refresh has to pass. */
function gatesProblem(run: Run, history: History): string | null {
  const handbrake = first(run, 'handbrakeNotice');
  if (handbrake?.answer !== 0) return 'the handbrake was not seen released';
  const runLock = last(run, 'runLockTaken');
  if (runLock === undefined || hasLostRunLock(run, history.nowMs)) return 'the run lock is not held';
  if (runLock.atMs < handbrake.atMs) return 'the run lock was taken before the handbrake was looked at';
  const granted = history.grantOf(run);
  if (granted === undefined) return 'the lock service never gave the lock to this run';
  if (run.wantedMs === null || run.wantedMs < runLock.atMs) {
    return 'the cluster lock was asked for before the run lock was held';
  }
  const held = heldAtMs(run);
  if (held === null) return 'the run has not heard that it holds the lock';
  const settledMs = settledAt(held, run, history);
  const again = last(run, 'handbrakeNotice')!;
  if (again === handbrake || again.lookedAtMs < settledMs)
    return 'the handbrake was not looked at again after the delay';
  if (again.answer !== 0) return 'the handbrake was pulled';
  const proof = run.facts.findLast((fact) => fact.what === 'lockNotice' && fact.answer === 'renewed');
  if (proof === undefined || proof.atMs < again.atMs) return 'the lock was not confirmed after the last look';
  if (first(run, 'refreshRecorded') === undefined) return 'the refresh was not recorded before it started';
  return null;
}

function hasLostRunLock(run: Run, nowMs: number): boolean {
  return last(run, 'runLockFreed') !== undefined && !wasJustKilled(run, nowMs);
}

/** What is wrong with what the run knew of the pods. */
function differenceProblem(run: Run, history: History): string | null {
  const { onDiscoveryError, refreshOn } = history.scenario.settings;
  const settledMs = settledAt(heldAtMs(run)!, run, history);
  const looks = looksOf(run);
  const before = looks.find(({ atMs }) => atMs <= run.wantedMs!);
  const after = looks.findLast(({ atMs, primerAtMs }) => atMs >= settledMs && primerAtMs >= settledMs);
  if (before === undefined) return 'primer and discovery were not compared before the lock was asked for';
  if (after === undefined) return 'primer and discovery were not compared again after the delay';
  for (const look of [before, after]) {
    const untrusted = look.answers.find((answer) => !isAuthoritative(answer));
    if (untrusted !== undefined && onDiscoveryError === 'fail') {
      return `discovery was not to be trusted: ${untrusted.group} ${untrusted.verdict}`;
    }
  }
  // Who is older than what was accepted before is D5's to say.
  const isOld = () => false;
  const still = changesIn(after, refreshOn, isOld);
  return changesIn(before, refreshOn, isOld).some((change) => still.includes(change))
    ? null
    : 'no change was seen in both looks';
}

/** When the delay is over, by a clock that may be a little wrong; a clock that runs much too fast is its node's trouble. */
function settledAt(heldMs: number, run: Run, history: History): number {
  const isFast = hadFastClock(run.node, heldMs, history);
  return isFast ? heldMs : heldMs + history.scenario.settings.refreshDelayMs * (1 - CLOCKS_DIFFER) - SLACK_MS;
}

function first<What extends Fact['what']>(run: Run, what: What): FactOf<What> | undefined {
  return run.facts.find((fact) => fact.what === what) as FactOf<What> | undefined;
}

function last<What extends Fact['what']>(run: Run, what: What): FactOf<What> | undefined {
  return run.facts.findLast((fact) => fact.what === what) as FactOf<What> | undefined;
}
