import type { History } from './history.ts';
import { believedTooLong, permittedCauseOf, stoodStill, tookOverTooSoon } from './permitted-causes.ts';
import { type Grant, type Refresh, type Run, wasJustKilled, wasKilledInVain } from './records.ts';
import type { Rule } from './rule.ts';
import { CLOCKS_DIFFER, SLACK_MS } from './tolerances.ts';

const s6: Rule = {
  id: 'S6',
  statement: 'When a refresh starts, the lock service keeps the lock for as long as it takes to stop the refresh.',
  begin: () => ({
    refreshStarted: ({ run }, history) => problemAtStart(history.run(run), history),
  }),
};

const s6b: Rule = {
  id: 'S6b',
  statement: 'No run hears of more of its lease than the lock service keeps.',
  begin: () => ({
    lockNotice(fact, history) {
      if (fact.answer === 'gone') return null;
      const run = history.run(fact.run);
      const grant = history.grantOf(run);
      if (grant?.keptUntilMs == null || grant.freedMs !== null || believedTooLong(run, history)) return null;
      // Who still waits, or believes to, is told of its place only.
      if (!run.facts.some((each) => each.what === 'lockNotice' && each.answer === 'held')) return null;
      const keptMs = Math.max(0, grant.keptUntilMs - fact.atMs);
      const mostMs = keptMs + CLOCKS_DIFFER * history.scenario.settings.leaseMs + SLACK_MS;
      return fact.leaseLeftMs <= mostMs ? null : `it hears of ${fact.leaseLeftMs} ms, and ${keptMs} are kept`;
    },
  }),
};

const s6c: Rule = {
  id: 'S6c',
  statement:
    'A refresh is over before the lock service keeps its lock no longer, whether or not another node waits for it.',
  begin: () => ({
    refreshGone(fact, history) {
      const refresh = history.refreshOf(history.run(fact.run))!;
      return beyondLease(refresh, fact.atMs, history);
    },
    end: (history) =>
      history
        .refreshesNow()
        .map((refresh) => beyondLease(refresh, history.nowMs, history))
        .find((problem) => problem !== null) ?? null,
  }),
};

const s10: Rule = {
  id: 'S10',
  statement: 'A run never takes away a lock that is another run’s.',
  begin: () => ({
    lockFreed(fact, history) {
      if (fact.why === 'released' && fact.by !== fact.run) return `${fact.by} released the lock of ${fact.run}`;
      if (fact.why !== 'takenOver') return null;
      const grant = history.grants.findLast(({ session, run }) => session === fact.session && run.run === fact.run);
      const taker = history.runs.get(fact.by ?? '');
      const keptMs = grant?.keptUntilMs ?? Infinity;
      const wasKept = fact.atMs < keptMs - SLACK_MS - CLOCKS_DIFFER * history.scenario.settings.leaseMs;
      const isForgiven = taker !== undefined && tookOverTooSoon(taker, history);
      return wasKept && !isForgiven ? `${fact.by} took over the lock of ${fact.run} before its lease was over` : null;
    },
  }),
};

const s10b: Rule = {
  id: 'S10b',
  statement: 'No lock is given back while a refresh that it is for may still be alive.',
  begin: () => ({
    lockLetGo: ({ run }, history) => givenBackTooSoon(history.run(run), history),
    // What cannot be killed is known to the next run by its record.
    runLockFreed({ run }, history) {
      const isRecorded = wasKilledInVain(history.refreshOf(history.run(run)));
      return isRecorded ? null : givenBackTooSoon(history.run(run), history);
    },
  }),
};

export const LEASE: readonly Rule[] = [s6, s6b, s6c, s10, s10b];

/** What is wrong with the lease of a refresh that starts now. */
function problemAtStart(run: Run, history: History): string | null {
  const grant = history.grantOf(run);
  if (grant === undefined) return 'the lock service never gave the lock to this run';
  if (stoodStill(run, history) || believedTooLong(run, history)) return null;
  // With the run goes the lock on a file, which the kernel frees; a lock service keeps its own.
  const isFreedByKill = history.scenario.lock === 'file' && wasJustKilled(run, history.nowMs);
  if (grant.freedMs !== null) return isFreedByKill ? null : problemOfFreed(grant, run);
  const leftMs = (grant.keptUntilMs ?? Number.POSITIVE_INFINITY) - history.nowMs;
  const { killGraceMs } = history.scenario.settings;
  return leftMs >= killGraceMs ? null : `the lease has ${Math.floor(leftMs)} ms left, and ${killGraceMs} are needed`;
}

/** The lock is gone; that is the service's fault only when it went after the run was last told that it has it. */
function problemOfFreed({ freedMs, why }: Grant, run: Run): string | null {
  const proof = run.facts.findLast((each) => each.what === 'lockNotice');
  if (proof?.what === 'lockNotice' && proof.askedAtMs > freedMs!)
    return `the lock was ${why} before it was last asked for`;
  const isServicesFault = why === 'operator' || why === 'cutShort' || why === 'wiped';
  return isServicesFault ? null : `the lock was ${why} at ${freedMs}`;
}

function givenBackTooSoon(run: Run, history: History): string | null {
  const refresh = history.refreshOf(run);
  // The run lock of a dead process is freed by the kernel.
  if (refresh === undefined || refresh.goneMs !== null || run.overMs !== null) return null;
  return 'its refresh still runs';
}

function beyondLease(refresh: Refresh, untilMs: number, history: History): string | null {
  const grant = history.grantOf(refresh.run);
  if (grant === undefined) return 'the lock service never gave the lock to this run';
  const keptMs = grant.keptUntilMs ?? Number.POSITIVE_INFINITY;
  // A lock that was taken over or expired meanwhile was promised until then at least.
  if (untilMs <= keptMs || permittedCauseOf(refresh, history) !== null) return null;
  return `it ran until ${untilMs}, and the lock service kept the lock until ${keptMs}`;
}
