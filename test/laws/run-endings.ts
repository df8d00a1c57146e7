/** How a run must end after what has come to it, as docs/operating.md tells it: written without a look at the machine. */
import type { AnyEventObject } from 'xstate';
import type { CommandResult, Failure, Outcome, RunInput } from '../../machines/vocabulary.ts';
import { INEFFECTIVE_CHANGES, neededMs } from '../support/alphabets.ts';
import { isStopped } from './board-memory.ts';
import type { Look } from './run-comparisons.ts';
import { isEmptyPrimer, type RunMemory } from './run-memory.ts';

/** `failed/lockLost`, `unchanged/noDifference`, `refreshed/forced`: an ending with its reason. */
export function endingName(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'refreshed':
      return `refreshed/${outcome.reason}`;
    case 'unchanged':
    case 'skipped':
      return `${outcome.kind}/${outcome.why}`;
    case 'aborted':
      return `aborted/${outcome.signal}`;
    case 'failed':
      // A wrong machine may have lost it.
      return `failed/${(outcome.failure as Failure | null)?.kind}`;
    default:
      return outcome.kind;
  }
}

/** The ending that this event settles, when none is settled yet. */
export function endingDue(before: RunMemory, event: AnyEventObject, run: RunInput, look: Look | null): string | null {
  const { type } = event;
  if (type === 'abort') return `aborted/${event['signal']}`;
  if (look !== null) return run.forceRun ? null : endingOfLook(before, run, look);
  if (type.startsWith('xstate.error.actor.')) return endingOfFailure(before, event, run);
  if (type.startsWith('xstate.done.actor.')) return endingOfAnswer(before, type, event['output'], run);
  if (type.startsWith('xstate.after.verifyTimeout')) return 'failed/refreshIneffective';
  if (type.startsWith('xstate.after.haproxyTimeout')) {
    // Whether a refresh was effective is seen in a time of its own.
    return isRefreshing(before) || before.refresh === 'succeeded' ? null : 'failed/lockTimeout';
  }
  return endingOfNews(before, event, run);
}

export function isRefreshing({ refresh }: RunMemory): boolean {
  return refresh === 'starting' || refresh === 'running';
}

/**
 * A refresh whose lock is lost is stopped, unless it was told to finish and its lease still runs; what has not started
 * has nothing to finish.
 */
export function stopsOnLoss({ refresh }: RunMemory, { leaseSpent }: AnyEventObject, { onLockLost }: RunInput): boolean {
  return onLockLost === 'terminate' || leaseSpent === true || refresh === 'starting';
}

function endingOfLook(before: RunMemory, run: RunInput, { isTrusted, shrinks, changes }: Look): string | null {
  const isFirst = before.compared === 0;
  if (!isTrusted) return 'failed/discoveryUntrusted';
  if (shrinks) return 'failed/shrunkTooMuch';
  if (changes.length === 0) return isFirst ? 'unchanged/noDifference' : 'unchanged/noLongerNeeded';
  if (!isFirst) return null;
  if (before.isIneffective && changes.join() === INEFFECTIVE_CHANGES.join()) return 'failed/refreshIneffective';
  if (before.isRecent) return 'skipped/refreshedRecently';
  return run.dryRun ? 'wouldRefresh' : null;
}

function endingOfFailure(before: RunMemory, event: AnyEventObject, run: RunInput): string | null {
  const { type, error } = event;
  const who = type.slice('xstate.error.actor.'.length);
  if (run.forceRun && (who === 'readPrimer' || who === 'resolveGroups')) return null;
  if (/^(?:writeReport|dropRunLock|lookAtHaproxy|(?:read|write)(?:Brake|NodeRecord))$/.test(who)) return null;
  if (who === 'clusterLock') return before.lock === 'untouched' ? null : endingOfLoss(before, event, run);
  return `failed/${error.kind}`;
}

function endingOfAnswer(before: RunMemory, type: string, output: AnyEventObject[string], run: RunInput): string | null {
  switch (type.slice('xstate.done.actor.'.length)) {
    case 'checkRunLock':
      return output.owner === null ? null : 'skipped/runLockHeld';
    case 'readPrimer':
      return isEmptyPrimer(output, run) && !run.forceRun ? 'failed/primerUnreadable' : null;
    case 'takeRunLock':
      if (output.owner !== null) return 'skipped/runLockHeld';
      if (output.memoryFailure !== undefined) return `failed/${output.memoryFailure.kind}`;
      return output.orphan === null ? null : 'skipped/orphanRefresh';
    case 'handbrake':
      return endingOfHandbrake(output);
    case 'readBrake':
      return isStopped(before, output, run) ? 'failed/brakeEngaged' : null;
    case 'refresh':
      return endingOfRefresh(before, output, run);
    case 'lookAtHaproxy':
      return output.missing.length > 0 || output.isOld || run.verify!.runsCommand ? null : endingOfSuccess(run);
    case 'verify':
      return output.how === 'exited' && output.code === 0 ? endingOfSuccess(run) : null;
    default:
      return null;
  }
}

function endingOfHandbrake({ how, code }: CommandResult): string | null {
  const isAnswer = how === 'exited' || how === 'leftOthers';
  if (isAnswer && code === 0) return null;
  return isAnswer && code === 1 ? 'skipped/handbrakeEngaged' : 'failed/handbrakeBroken';
}

const REFRESH_FAILURES = {
  exited: 'refreshFailed',
  stopped: 'refreshFailed',
  leftOthers: 'refreshLeftOthers',
  timedOut: 'refreshTimeout',
  unkillable: 'refreshTimeout',
  notStarted: 'refreshNotStarted',
} as const satisfies Record<CommandResult['how'], string>;

function endingOfRefresh({ lock }: RunMemory, { how, code }: CommandResult, run: RunInput): string | null {
  if (lock === 'lost') return 'failed/lockLost';
  if (lock === 'broken') return 'failed/unexpected';
  if (how === 'exited' && code === 0) return run.verify ? null : endingOfSuccess(run);
  return `failed/${REFRESH_FAILURES[how]}`;
}

function endingOfSuccess({ forceRun }: RunInput): string {
  return forceRun ? 'refreshed/forced' : 'refreshed/changed';
}

function endingOfNews(before: RunMemory, event: AnyEventObject, run: RunInput): string | null {
  switch (event.type) {
    case 'lockRefused':
    case 'lockLost':
      return endingOfLoss(before, event, run);
    case 'lockConfirmed':
      return event['leaseLeftMs'] > neededMs(run) ? null : 'failed/lockLost';
    default:
      return null;
  }
}

function endingOfLoss(before: RunMemory, event: AnyEventObject, run: RunInput): string | null {
  if (isRefreshing(before) && !stopsOnLoss(before, event, run)) return null;
  return `failed/${(event['failure'] ?? event['error']).kind}`;
}
