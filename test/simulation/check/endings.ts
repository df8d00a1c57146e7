/** How a run may end after what happened to it, as docs/operating.md has it. */
import type { Failure, Outcome } from '../../../machines/vocabulary.ts';
import type { FaultKind } from '../scenario.ts';
import { agoByClock, rememberedBefore, timesInRow } from './brakes.ts';
import { changesIn, isAuthoritative, looksOf } from './comparisons.ts';
import type { History } from './history.ts';
import { didNotReportInTime } from './late-report.ts';
import { hadFastClock, struckDuring } from './permitted-causes.ts';
import { type FactOf, lostAtMs, type Refresh, type Run, wasLeftBehind } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, SLACK_MS, START_MS } from './tolerances.ts';
import { isUnverified } from './verified.ts';

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>;

const e1: Rule = {
  id: 'E1',
  statement: 'No run ends in a way that nothing that happened to it accounts for.',
  begin: () => ({
    runEnded(fact, history) {
      const run = history.run(fact.run);
      const why = unaccounted(fact.outcome, run, history);
      return why === null ? null : `it ended as ${JSON.stringify(fact.outcome)}, and ${why}`;
    },
  }),
};

const e2: Rule = {
  id: 'E2',
  statement: 'A run that is signalled before its ending stands begins nothing more, and ends as stopped.',
  begin: () => ({
    lockWanted: beginProblem,
    handbrakeStarted: beginProblem,
    runEnded(fact, history) {
      const run = history.run(fact.run);
      if (!isToStop(run) || fact.outcome.kind === 'aborted' || wasStopping(run, history)) return null;
      return `it ended as ${JSON.stringify(fact.outcome)}`;
    },
  }),
};

function isToStop({ signalledMs, reportMs }: Run): boolean {
  return signalledMs !== null && (reportMs === null || reportMs > signalledMs);
}

/** A command that was on its way may still begin for a few milliseconds; S7 speaks of the refresh. */
function beginProblem({ what, run: name, atMs }: FactOf<'lockWanted' | 'handbrakeStarted'>, history: History) {
  const run = history.run(name);
  return isToStop(run) && atMs > run.signalledMs! + SLACK_MS ? `${what} after a signal` : null;
}

const e3: Rule = {
  id: 'E3',
  statement:
    'Who asked for the cluster lock begins to give it back, unless its refresh could not be stopped, and who took the run lock has given it back, unless its report may still be written.',
  begin: () => ({
    runEnded(fact, history) {
      const run = history.run(fact.run);
      const { facts, wantedMs } = run;
      const did = (what: string) => facts.some((each) => each.what === what);
      const isLeft = wasLeftBehind(history.refreshOf(run));
      if (wantedMs !== null && !isLeft && !did('lockLetGo')) return 'it did not give the cluster lock back';
      const isKept = didNotReportInTime(run, fact.atMs, history);
      return did('runLockTaken') && !did('runLockFreed') && !isKept ? 'it did not give the run lock back' : null;
    },
  }),
};

export const ENDINGS: readonly Rule[] = [e1, e2, e3];

/** Why this cannot be how the run ended; null when it can. */
function unaccounted(outcome: Outcome, run: Run, history: History): string | null {
  switch (outcome.kind) {
    case 'refreshed':
      return unaccountedRefresh(outcome, run, history);
    case 'unchanged':
      return unaccountedRest(outcome, run, history);
    case 'wouldRefresh':
      if (!run.dryRun || run.forceRun) return 'it is no dry run';
      return changesSeen(run, history, 'first').length > 0 ? null : 'it saw no change';
    case 'skipped':
      return unaccountedSkip(outcome, run, history);
    case 'aborted':
      return run.signalledMs === null ? 'no signal came' : null;
    case 'failed':
      return unaccountedFailure(outcome.failure, run, history);
  }
}

function unaccountedRefresh({ reason }: Of<'refreshed'>, run: Run, history: History): string | null {
  const refresh = history.refreshOf(run);
  if (refresh?.code !== 0) return 'no refresh command exited with 0';
  if (hadToStopRest(refresh)) return 'what its refresh left behind had to be stopped';
  if ((lostAtMs(run) ?? Infinity) < refresh.exitedMs!) return 'it heard meanwhile that its lock is gone';
  return (reason === 'forced') === run.forceRun ? null : `it ${run.forceRun ? 'is' : 'is not'} forced`;
}

function unaccountedRest({ why }: Of<'unchanged'>, run: Run, history: History): string | null {
  if (run.forceRun) return 'it is forced';
  const changes = changesSeen(run, history, why === 'noDifference' ? 'first' : 'both');
  return changes.length === 0 ? null : `there is ${changes[0]}`;
}

function unaccountedSkip({ why }: Of<'skipped'>, run: Run, history: History): string | null {
  const look = run.facts.findLast((fact) => fact.what === 'handbrakeNotice');
  switch (why) {
    case 'handbrakeEngaged':
      return look?.what === 'handbrakeNotice' && look.answer === 1 ? null : 'the handbrake did not say so';
    case 'refreshedRecently':
      return unaccountedWait(run, history);
    default:
      // What is in the way of a run is L2's to say.
      return null;
  }
}

function unaccountedWait(run: Run, history: History): string | null {
  const before = rememberedBefore(run, history).at(-1);
  if (before === undefined || run.forceRun) return 'nothing forbids to refresh';
  const taken = run.facts.find(({ what }) => what === 'runLockTaken')!;
  const agoMs = agoByClock(before, taken.atMs, history);
  const mostMs = history.scenario.settings.minRefreshIntervalMs * (1 + CLOCKS_DIFFER) + SLACK_MS;
  return agoMs === null || (agoMs >= -SLACK_MS && agoMs <= mostMs) ? null : `the last refresh was ${agoMs} ms ago`;
}

function unaccountedFailure({ kind }: Failure, run: Run, history: History): string | null {
  const { settings } = history.scenario;
  const refresh = history.refreshOf(run);
  const struck = (...faults: readonly FaultKind[]) =>
    struckDuring(history, run.node, faults, run.startedMs).length > 0 ? null : `${faults.join(' and ')} did not strike`;
  switch (kind) {
    case 'runLockBroken':
      return struck('runLockBroken');
    case 'primerUnreadable':
      return struck('primerUnreadable');
    case 'lockDenied':
      // A file that cannot be read is no more of use than one that may not be.
      return history.scenario.lock === 'file' ? struck('lockDenied', 'lockDown') : struck('lockDenied');
    case 'statisticsUnwritable':
      return didNotReportInTime(run, history.nowMs, history) ? null : struck('diskBroken');
    case 'stateUnreadable':
      return struck('diskBroken');
    case 'refreshNotStarted': {
      if (refresh !== undefined) return 'its refresh was started';
      const waitedMs = history.nowMs - run.wantedMs!;
      const isLate =
        waitedMs >= START_MS * (1 - CLOCKS_DIFFER) || earlyProblem(run, settings.budgetMs, history) === null;
      return isLate ? null : struck('refreshNotStarted', 'diskBroken');
    }
    case 'refreshLeftOthers':
      return refresh !== undefined && hadToStopRest(refresh) ? null : 'nothing that its refresh left was stopped';
    case 'refreshFailed':
      return refresh === undefined || refresh.code === 0 ? 'its refresh did not fail' : null;
    case 'handbrakeBroken': {
      const look = run.facts.findLast((fact) => fact.what === 'handbrakeNotice');
      const isPlain = look?.what === 'handbrakeNotice' && (look.answer === 0 || look.answer === 1);
      return isPlain ? struck('handbrakeSlow', 'stop', 'suspend') : null;
    }
    case 'discoveryUntrusted': {
      const last = looksOf(run).at(-1);
      const isOld = last?.answers.some(({ generation }) => generation !== null) && struck('discoveryStale') === null;
      return isOld || last?.answers.some((answer) => !isAuthoritative(answer)) ? null : 'all answers were good';
    }
    case 'refreshIneffective':
      // Whether that of the run itself was effective is V2's to say.
      if (isUnverified(run, history)) return null;
      return timesInRow(run, history) >= settings.maxIneffective ? null : 'it has not refreshed for that so often';
    case 'shrunkTooMuch':
      return settings.maxShrinkPercent === null ? 'any shrinking is allowed' : null;
    case 'lockTimeout':
      return refresh === undefined ? earlyProblem(run, settings.budgetMs, history) : 'its refresh was started';
    case 'refreshTimeout': {
      if (refresh === undefined) return 'its refresh was never started';
      const limitMs = settings.refreshTimeoutMs ?? Infinity;
      const isStarved = earlyProblem(run, settings.budgetMs, history) === null;
      const lastedMs = history.nowMs - refresh.startedMs;
      return isStarved || lastedMs >= limitMs * (1 - CLOCKS_DIFFER) ? null : `its refresh lasted ${lastedMs} ms`;
    }
    default:
      // Whether a lock was lost is L3's to say; the rest is never right, as R0 has it.
      return null;
  }
}

/** Was TERM sent to what a refresh command had left in its group when it ended by itself? */
function hadToStopRest({ exitedMs, termSentMs }: Refresh): boolean {
  return exitedMs !== null && termSentMs !== null && termSentMs >= exitedMs;
}

function earlyProblem(run: Run, budgetMs: number, history: History): string | null {
  const spentMs = history.nowMs - run.wantedMs!;
  const isFast = hadFastClock(run.node, run.wantedMs!, history);
  return isFast || spentMs >= budgetMs * (1 - CLOCKS_DIFFER) ? null : `only ${spentMs} ms of its budget were over`;
}

/** Was the signal late, because something else was already stopping a command of the run, and with that deciding its end? */
function wasStopping(run: Run, history: History): boolean {
  const atMs = run.signalledMs!;
  const kind = run.outcome?.kind === 'failed' ? run.outcome.failure.kind : null;
  const refresh = history.refreshOf(run);
  const isStopped = refresh?.termSentMs != null && refresh.termSentMs <= atMs;
  const isAsking = run.handbrakes.some(({ startedMs, goneMs }) => startedMs <= atMs && (goneMs ?? Infinity) >= atMs);
  // A report that could not be written is told instead of what was good.
  return kind === 'lockLost' ? isStopped || isAsking : kind === 'lockTimeout' && isAsking;
}

function changesSeen(run: Run, history: History, by: 'first' | 'both'): string[] {
  const { refreshOn } = history.scenario.settings;
  const looks = looksOf(run);
  // Answers that are old are not compared; those that an earlier run had seen newer are D5's.
  const isOld = () => struckDuring(history, run.node, ['discoveryStale'], run.startedMs).length > 0;
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const before = changesIn(first, refreshOn, isOld);
  if (by === 'first') return before;
  const still = changesIn(last, refreshOn, isOld);
  return before.filter((change) => still.includes(change));
}
