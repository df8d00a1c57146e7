// Actions and guards together with what they take from the event: said once, used by many transitions.

import type { ErrorActorEvent } from 'xstate';
import type { CommandInput } from './command.ts';
import { boardTrouble, endWithLastLine, failed, handbrakeFailure, SLOW_BOARD, SLOW_REPORT } from './failures.ts';
import type { LockNotice } from './lock-context.ts';
import { endBehind } from './longest-run.ts';
import type { RunContext } from './run-context.ts';
import { asFailure } from './service.ts';
import type { HaproxyLook, PreviousRun } from './side-effects.ts';
import type {
  AbortSignalName,
  Answer,
  CommandName,
  CommandResult,
  Failure,
  Group,
  Holder,
  Outcome,
  Reason,
  SeenMark,
} from './vocabulary.ts';

export const ofResult = ({ event }: { event: { output: CommandResult } }) => ({ result: event.output });

export const failedByError = {
  type: 'concludeFailed' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

export const unreported = { ...failedByError, type: 'concludeUnreported' as const };

export const unreportedInTime = { type: 'concludeUnreported' as const, params: { error: SLOW_REPORT } };

export const warnOfError = {
  type: 'warn' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

export const warnOfSlowReport = { type: 'warn' as const, params: { error: SLOW_REPORT } };

export const aborted = {
  type: 'conclude' as const,
  params: ({ event }: { event: { signal: AbortSignalName } }) => ({
    outcome: { kind: 'aborted' as const, signal: event.signal },
  }),
};

interface Owned {
  readonly event: { readonly output: { readonly owner: Holder | null } };
}

/** The run lock is another run's: who that is, is said. */
export const behindOwner = [
  {
    type: 'notify' as const,
    params: ({ event }: Owned) => ({ type: 'runLockHeld' as const, holder: event.output.owner! }),
  },
  {
    type: 'conclude' as const,
    params: ({ event }: Owned) => ({ outcome: endBehind(event.output.owner!) }),
  },
];

export const outOfTime = 'concludeOutOfTime' as const;

export const notifyNotes = {
  type: 'notify' as const,
  params: ({ event }: { event: { output: { notes: readonly string[] } } }) => ({
    type: 'noted' as const,
    notes: event.output.notes,
  }),
};

export const keepLoss = {
  type: 'keepLockLoss' as const,
  params: ({ event }: { event: { failure: Failure } }) => ({ failure: event.failure }),
};

export const notifyLoss = {
  type: 'notify' as const,
  params: ({ event }: { event: { failure: Failure } }) => ({ type: 'lockLost' as const, failure: event.failure }),
};

export function notifyEnd(command: CommandName) {
  return {
    type: 'notify' as const,
    params: ({ event }: { event: { output: CommandResult } }) => ({
      type: 'commandEnded' as const,
      command,
      result: event.output,
    }),
  };
}

export const notifyQueued = {
  type: 'notify' as const,
  params: ({ event }: { event: Extract<LockNotice, { type: 'lockQueued' }> }) => event,
};

export const warnOfTrouble = {
  type: 'warn' as const,
  params: ({ event }: { event: { failure: Failure } }) => ({ error: event.failure }),
};

export const failedByNotice = {
  type: 'concludeFailed' as const,
  params: ({ event }: { event: { failure: Failure } }) => ({ error: event.failure }),
};

export const engaged = [
  notifyEnd('handbrake'),
  { type: 'conclude' as const, params: { outcome: { kind: 'skipped' as const, why: 'handbrakeEngaged' as const } } },
];

export const brokenHandbrake = [
  notifyEnd('handbrake'),
  {
    type: 'conclude' as const,
    params: ({ event }: { event: { output: CommandResult } }) => ({ outcome: failed(handbrakeFailure(event.output)) }),
  },
];

export const keepRefresh = [
  {
    type: 'keepRefresh' as const,
    params: ({ event }: { event: { output: CommandResult } }) => ({ result: event.output }),
  },
  notifyEnd('refresh'),
];

export const ofLook = ({ event }: { event: { output: HaproxyLook } }) => ({ look: event.output });

export const doubtsError = {
  type: 'doubtBecause' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

/** What the verify command said instead of 0. */
export const keepVerified = {
  type: 'doubtBecause' as const,
  params: ({ event }: { event: { output: CommandResult } }) => ({
    error: { kind: 'refreshIneffective', message: endWithLastLine('verify', event.output) },
  }),
};

export function handbrakeInput({ context: { run } }: { context: RunContext }): CommandInput {
  return {
    command: 'handbrake',
    reason: null,
    timeLimitMs: run.handbrakeTimeoutMs,
    killGraceMs: run.killGraceMs,
  };
}

/** Discovery is asked about the primer's groups; which pods it has there is nobody's business. */
export function resolveInput({ context: { groups } }: { context: RunContext }) {
  return { groups: groups.map(({ cluster, endpointSet }) => ({ cluster, endpointSet })) };
}

/** The run ends like this; what it found is reported first. */
export function ends(outcome: Outcome) {
  return { target: 'reporting' as const, actions: { type: 'conclude' as const, params: { outcome } } };
}

export function because(reason: Reason) {
  return { type: 'keepReason' as const, params: { reason } };
}

export const ofPrimer = ({ event }: { event: { output: { groups: readonly Group[] } } }) => event.output;

export const keepGroups = { type: 'keepGroups' as const, params: ofPrimer };

/** Everything that the last run left is kept, whatever is decided of it. */
export const keepMemory = {
  type: 'keepMemory' as const,
  params: ({ event }: { event: { output: PreviousRun } }) => event.output,
};

const ofAnswers = {
  params: ({ event }: { event: { output: { answers: readonly Answer[] } } }) => event.output,
};

/** Noticed first: what is accepted as a new beginning shows only against what was remembered before. */
export const keepAnswers = [
  { type: 'notifyNewBeginning' as const, ...ofAnswers },
  { type: 'keepAnswers' as const, ...ofAnswers },
];

/** What fails here fails the run, unless it is forced: then it is only a warning. */
export const failsUnlessForced = [
  { guard: 'forceRun' as const, target: 'diffing' as const, actions: warnOfError },
  { target: 'reporting' as const, actions: failedByError },
];

export const ofMarks = ({ event }: { event: { output: { marks: readonly SeenMark[]; notes: readonly string[] } } }) =>
  event.output;

/** Why something was not done with the board. It changes no run. */
export function warnOfBoard(what: string) {
  return {
    type: 'warn' as const,
    params: ({ event }: { event: ErrorActorEvent }) => ({ error: boardTrouble(what, asFailure(event.error)) }),
  };
}

/** The same where no answer came in time. */
export function warnOfSlowBoard(what: string) {
  return { type: 'warn' as const, params: { error: boardTrouble(what, SLOW_BOARD) } };
}
