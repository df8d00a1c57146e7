import { planOfRun, refreshFailureOf } from '../../machines/brake.ts';
import type { RunContext } from '../../machines/run-context.ts';
import type { Outcome, RunInput } from '../../machines/vocabulary.ts';
import { PLAN, runAnswers, runEvents } from '../support/alphabets.ts';
import type { Walk } from '../support/explore.ts';
import { runInput } from '../support/run-input.ts';
import { endingName } from './run-endings.ts';
import { NOTHING_YET, type RunMemory, remember } from './run-memory.ts';

const VERIFY = { asksHaproxy: true, runsCommand: true, timeLimitMs: 10_000 };

/** Every combination of the four inputs that decide most. */
const COMBINED: readonly RunInput[] = [false, true].flatMap((forceRun) =>
  [false, true].flatMap((dryRun) =>
    (['terminate', 'finish'] as const).flatMap((onLockLost) =>
      (['fail', 'tolerate'] as const).map((onDiscoveryError) =>
        runInput({ forceRun, dryRun, onLockLost, onDiscoveryError }),
      ),
    ),
  ),
);

/** Each of the others where it decides. Those come first in which most mutants are seen. */
const DECIDING: readonly RunInput[] = [
  runInput({ maxShrinkPercent: 49, minRefreshIntervalMs: 600_000, maxIneffective: 2 }),
  runInput({ verify: VERIFY }),
  runInput({ onRefreshFailure: 'brake', refreshTimeoutMs: 15_000 }),
  runInput({ refreshOn: ['moved'], onLockLost: 'finish', refreshTimeoutMs: 15_000, staleLimit: 1 }),
  runInput({ verify: { ...VERIFY, runsCommand: false } }),
  runInput({ forceRun: true, allowEmpty: true, maxShrinkPercent: 49, leaseMs: 15_005, killGraceMs: 1 }),
  runInput({ verify: { ...VERIFY, asksHaproxy: false }, forceRun: true }),
  runInput({ onRefreshFailure: 'brake', brakeLimit: 2, brakeTtlMs: 60_000, refreshOn: ['added'], forceRun: true }),
  runInput({ maxShrinkPercent: 49, allowEmpty: true, onDiscoveryError: 'tolerate' }),
  runInput({ refreshOn: ['added', 'renamed', 'moved', 'removed'], maxShrinkPercent: 50, allowEmpty: true }),
];

export const RUN_INPUTS: readonly RunInput[] = [...COMBINED, ...DECIDING];

const PLAIN = COMBINED.filter(
  ({ onLockLost, onDiscoveryError }) => onLockLost === 'terminate' && onDiscoveryError === 'fail',
);

/** Few, and yet together they lead through every transition. A dry run is the shortest. */
export const RUN_INPUTS_OF_MUTANTS: readonly RunInput[] = [
  ...PLAIN.filter(({ forceRun, dryRun }) => dryRun && !forceRun),
  ...DECIDING,
  ...PLAIN.filter(({ forceRun, dryRun }) => !dryRun || forceRun),
];

/** Everything that can happen to a run. */
export function runWalk(input: RunInput): Walk<RunMemory> {
  return {
    input,
    answers: runAnswers(input),
    events: runEvents(input),
    project: whatDecides,
    possible: ({ type, output }, { lock, releases, groups }) => {
      const isAtWork = lock === 'asked' || lock === 'held' || lock === 'lost';
      // The cluster lock is silent until it is asked, ends once, and ends well only when it is told to.
      if (type.startsWith('lock') || type === 'xstate.error.actor.clusterLock') return isAtWork;
      if (type === 'xstate.done.actor.clusterLock') return releases > 0 && lock !== 'broken' && lock !== 'ended';
      // Discovery says nothing of groups that it was not asked about.
      return type !== 'xstate.done.actor.resolveGroups' || groups !== 0 || output.answers.length === 0;
    },
    observe: { start: NOTHING_YET, next: remember(input) },
  };
}

/** What is only carried along to be told in the end makes no difference; pods do until the ending is decided. */
function whatDecides(context: RunContext): unknown {
  const { reason, refreshStarted, clusterLockBroken, lockLoss, lockTrouble, outcome, refresh } = context;
  return {
    reason,
    refreshStarted,
    clusterLockBroken,
    refresh: refresh && [refresh.how === 'unkillable', refresh.how === 'exited' && refresh.code === 0],
    plan: usesPlan(context) ? whichPlan(planOfRun(context)) : null,
    ...(outcome === null
      ? { lockLost: lockLoss?.kind, isTroubled: lockTrouble !== null, pods: podsOf(context) }
      : { outcome: endingName(outcome), why: timeoutOf(outcome) }),
  };
}

/** What the brake is asked about, or marked with. Else the pods say it. */
function usesPlan(context: RunContext): boolean {
  const { run, reason, outcome } = context;
  if (run.onRefreshFailure !== 'brake' || reason !== 'forced') return false;
  return outcome === null || refreshFailureOf(context) !== null;
}

/** The marks on the board know one plan. */
function whichPlan(plan: string | null): string | null {
  return plan === null || plan === PLAN ? plan : 'another';
}

/** All that was read, until it is decided to refresh; then what the second look is compared with. */
function podsOf({ reason, groups, answers, memory, diff }: RunContext): unknown {
  if (reason === 'forced') return null;
  if (reason === null) return [groups, answers, memory, diff];
  const changes = diff!.groups.map(({ added, renamed, moved, removed }) => [added, renamed, moved, removed]);
  return [groups, answers, memory.generations, memory.staleRuns, changes];
}

/** It says what trouble the lock service had, if any. */
function timeoutOf(outcome: Outcome): string | null {
  return outcome.kind === 'failed' && outcome.failure?.kind === 'lockTimeout' ? outcome.failure.message : null;
}
