/** What a run asks and tells: questions say what is meant, commands are stopped when they must be, nobody is left unsaid. */
import { isDeepStrictEqual } from 'node:util';
import type { CommandName, CommandResult, Outcome, RunInput, RunReport } from '../../machines/vocabulary.ts';
import { WHY } from '../support/alphabets.ts';
import { type Effect, notice, sentTo } from '../support/effects.ts';
import type { Seen } from '../support/explore.ts';
import { lookAt } from './run-comparisons.ts';
import { endingName, isRefreshing, stopsOnLoss } from './run-endings.ts';
import type { RunLaw, RunStep } from './run-laws.ts';
import { generationIn, isEmptyPrimer, type RunMemory, staleRunsIn } from './run-memory.ts';

export const noticeLaws: readonly RunLaw[] = [
  {
    says: 'asks each service what is meant',
    holds: ({ effects, to }, run) =>
      effects.every(
        (effect) => effect.does !== 'start' || isRightQuestion(effect.who, effect.input, to.observed, run),
      ) &&
      sentTo(effects, 'clusterLock').every(
        ({ type, ...rest }) => type !== 'request' || isDeepStrictEqual(rest, { claim: { reason: reasonOf(run) } }),
      ),
  },
  {
    says: 'the report says what has happened',
    holds: (step, run) =>
      step.effects.every(
        (effect) =>
          effect.does !== 'start' || effect.who !== 'writeReport' || isTrue(effect.input as RunReport, step, run),
      ),
  },
  {
    says: 'stops a command at a signal, at the loss of the lock and at the end of its time, and at nothing else',
    holds: (step, run) => isDeepStrictEqual(stopsIn(step.effects), stopsDue(step, run)),
  },
  {
    says: 'reports whatever comes to it that people must know',
    holds: (step, run) => {
      const types = notice(step.effects).map(({ type }) => type);
      return newsDue(step, run).every((type) => types.includes(type));
    },
  },
  {
    says: 'warns of a failure that the outcome does not name, and of no other',
    holds: ({ event, from, to, effects }, run) => {
      const due = isWarningDue(event, from.observed, to.observed, run);
      return due === null || due === notice(effects).some(({ type }) => type === 'warned');
    },
  },
  {
    says: 'says what trouble the lock service had, when that is why time is over, and only then',
    holds: ({ event, from, to }) => {
      if (!event.type.startsWith('xstate.after.haproxyTimeout') || from.observed.due !== null) return true;
      const outcome = to.snapshot.context['outcome'] as Outcome | null;
      return outcome?.kind !== 'failed' || outcome.failure.message.includes(WHY) === from.observed.isTroubled;
    },
  },
];

function isRightQuestion(who: string, input: unknown, after: RunMemory, run: RunInput): boolean {
  switch (who) {
    case 'handbrake':
      return isDeepStrictEqual(input, command(who, null, run.handbrakeTimeoutMs, run));
    case 'refresh':
      return isDeepStrictEqual(input, command(who, reasonOf(run), run.refreshTimeoutMs, run));
    case 'verify':
      return isDeepStrictEqual(input, command(who, null, run.verify!.timeLimitMs, run));
    case 'lookAtHaproxy':
      return isDeepStrictEqual(
        (input as { expected: readonly { fqdn: string }[] }).expected.map(({ fqdn }) => fqdn),
        addedIn(after),
      );
    case 'resolveGroups': {
      const sets = ['front', 'back'].slice(0, after.groups ?? 0);
      return isDeepStrictEqual(input, { groups: sets.map((endpointSet) => ({ cluster: 'sas', endpointSet })) });
    }
    case 'clusterLock': {
      const { leaseMs, killGraceMs, jitterSeed, refreshDelayMs } = run;
      return isDeepStrictEqual(input, { leaseMs, killGraceMs, jitterSeed, refreshDelayMs });
    }
    case 'writeReport':
    case 'writeBrake':
    case 'writeNodeRecord':
      return true;
    default:
      return input === null;
  }
}

/** The pods that it is seen to expect of HAProxy. */
function addedIn({ changes }: RunMemory): readonly string[] {
  return changes
    .flatMap((change) => (/^(\w+) added$/.exec(change)?.[1] ?? []) as string | [])
    .map((id) => `${id}.example.net`);
}

function command(name: CommandName, reason: string | null, timeLimitMs: number | null, { killGraceMs }: RunInput) {
  return { command: name, reason, timeLimitMs, killGraceMs };
}

function reasonOf({ forceRun }: RunInput): string {
  return forceRun ? 'forced' : 'changed';
}

function isTrue(report: RunReport, { event, from: { observed }, to }: RunStep, run: RunInput): boolean {
  const ended = event.type === 'xstate.done.actor.refresh' ? (event['output'] as CommandResult) : null;
  return (
    report.outcome !== null &&
    endingName(report.outcome) === to.observed.due &&
    isDeepStrictEqual([generationIn(report), staleRunsIn(report)], generationsBy(event, observed, run)) &&
    report.refreshStarted === observed.refreshStarted &&
    report.refreshSucceeded === (observed.refresh === 'succeeded' || (ended?.how === 'exited' && ended.code === 0)) &&
    report.keepIntent === (ended?.how === 'unkillable' || isUnseen(observed, ended) || isRefreshLeft(event)) &&
    report.reason === (observed.lock === 'untouched' ? null : reasonOf(run)) &&
    (report.lastRefresh !== null) === isCounted(report) &&
    report.isEffective === (report.refreshSucceeded && (!run.verify || report.outcome.kind === 'refreshed')) &&
    (!report.hasArrived || (report.outcome.kind === 'unchanged' && report.outcome.why === 'noDifference'))
  );
}

/** What max_ineffective and min_refresh_interval look at: refreshes that ended well, also without an effect. */
function isCounted({ outcome, refreshSucceeded }: RunReport): boolean {
  return outcome.kind === 'refreshed' || (endingName(outcome) === 'failed/refreshIneffective' && refreshSucceeded);
}

/** Its refresh started, and nobody knows whether it ended. A failed one is marked on the board before it is told of. */
function isUnseen({ refresh, refreshStarted, board }: RunMemory, ended: CommandResult | null): boolean {
  if (!refreshStarted || ended !== null || refresh === 'succeeded') return false;
  return board !== 'marking' || refresh === 'unkillable';
}

/** An earlier run left a refresh that lives, or nobody can say whether it did. */
function isRefreshLeft({ type, output }: Seen['event']): boolean {
  return type === 'xstate.done.actor.takeRunLock' && (output.orphan !== null || output.memoryFailure !== undefined);
}

/** Which generation was accepted, and how many runs in a row saw an older one. */
function generationsBy(event: Seen['event'], before: RunMemory, run: RunInput): readonly [number | null, number] {
  if (event.type === 'xstate.done.actor.takeRunLock') {
    const { memory } = event['output'];
    return [generationIn(memory), staleRunsIn(memory)];
  }
  const { generation, staleRuns } = lookAt(before, event, run) ?? before;
  return [generation, staleRuns];
}

function stopsIn(effects: readonly Effect[]): readonly string[] {
  return (['handbrake', 'refresh', 'verify'] as const).flatMap((who) =>
    sentTo(effects, who).map(({ type, why }) => `${who} ${type} ${why}`),
  );
}

function stopsDue({ event, from: { observed } }: RunStep, run: RunInput): readonly string[] {
  const { type } = event;
  const isLoss = type === 'lockLost' || type === 'xstate.error.actor.clusterLock';
  const isOver = type.startsWith('xstate.after.haproxyTimeout');
  if (observed.isBraking) return type === 'abort' || isLoss || isOver ? ['handbrake stop stopped'] : [];
  if (observed.isVerifying) {
    const isLate = type.startsWith('xstate.after.verifyTimeout');
    return type === 'abort' || isLoss || isLate ? ['verify stop stopped'] : [];
  }
  if (!isRefreshing(observed)) return [];
  if (isOver) return ['refresh stop timedOut'];
  return type === 'abort' || (isLoss && stopsOnLoss(observed, event, run)) ? ['refresh stop stopped'] : [];
}

function newsDue({ event: { type, output }, from: { observed } }: RunStep, run: RunInput): readonly string[] {
  switch (type) {
    case 'commandStarted':
      return isRefreshing(observed) ? ['commandStarted'] : [];
    case 'xstate.done.actor.handbrake':
      return observed.due === null ? ['commandEnded'] : [];
    case 'xstate.done.actor.refresh':
    case 'xstate.done.actor.verify':
      return ['commandEnded'];
    case 'xstate.done.actor.resolveGroups': {
      const isNewBeginning = lookAt(observed, { type, output }, run)?.isNewBeginning ?? false;
      return [observed.compared === 0 ? 'compared' : 'comparedAgain', ...(isNewBeginning ? ['noted'] : [])];
    }
    case 'xstate.done.actor.readPrimer':
      return run.forceRun && isEmptyPrimer(output, run) ? ['compared'] : [];
    case 'xstate.error.actor.readPrimer':
    case 'xstate.error.actor.resolveGroups':
      return run.forceRun ? ['compared'] : [];
    case 'lockQueued':
    case 'lockHeld':
    case 'lockLost':
      return [type];
    case 'xstate.done.actor.checkRunLock':
      return output.owner === null ? [] : ['runLockHeld'];
    case 'xstate.done.actor.takeRunLock':
      return [...notesDue(output), ...(output.owner === null || observed.due !== null ? [] : ['runLockHeld'])];
    default:
      return notesDue(output);
  }
}

function notesDue(output: Seen['event']['output']): readonly string[] {
  return (output?.notes?.length ?? 0) > 0 ? ['noted'] : [];
}

function isWarningDue(event: Seen['event'], before: RunMemory, after: RunMemory, run: RunInput): boolean | null {
  const { type, output } = event;
  if (type === 'lockDelayed' || /^xstate\.after\.(?:board|report)Timeout\./.test(type)) return true;
  if (type === 'xstate.done.actor.clusterLock') return output.unreleased !== null;
  if (type === 'xstate.done.actor.readPrimer') return run.forceRun && isEmptyPrimer(output, run);
  if (type === 'xstate.done.actor.resolveGroups') return run.forceRun && !lookAt(before, event, run)!.isTrusted;
  if (!type.startsWith('xstate.error.actor.')) return false;
  // Only a bug breaks this one, while the run ends for another reason.
  if (type.endsWith('.clusterLock')) return before.due === null ? false : null;
  if (type.endsWith('.lookAtHaproxy')) return false;
  return before.due !== null || after.due === null;
}
