import type { AnyEventObject } from 'xstate';
import type { CommandInput } from '../../machines/command.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { CHILD_EVENTS } from '../support/alphabets.ts';
import type { Walk } from '../support/explore.ts';
import { isEndOfTime, isLook, leavesOthers } from './command-laws.ts';

export const COMMAND_INPUTS: readonly CommandInput[] = [
  { command: 'refresh', reason: 'changed', timeLimitMs: null, killGraceMs: 1_000 },
  { command: 'refresh', reason: 'changed', timeLimitMs: 1_000, killGraceMs: 1_000 },
  { command: 'handbrake', reason: null, timeLimitMs: 1_000, killGraceMs: 1_000 },
];

/** What an onlooker of a child process remembers. */
export interface CommandMemory {
  readonly hasGone: boolean;
  readonly isStopping: boolean;
  readonly isKilled: boolean;
  /** Whoever owns it does not wait for it any longer. */
  readonly stopAsked: boolean;
  /** It is asked once more whether KILL ended it. */
  readonly isLookedAt: boolean;
  /** KILL did not end it. */
  readonly isOutliving: boolean;
  /** It has ended, and others of its process group have not. */
  readonly isLeft: boolean;
  readonly why: 'exited' | 'leftOthers' | 'notStarted' | 'timedOut' | 'stopped';
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  /** How it ended; null until it has. */
  readonly end: CommandResult['how'] | null;
}

const NOTHING_YET: CommandMemory = {
  hasGone: false,
  isStopping: false,
  isKilled: false,
  stopAsked: false,
  isLookedAt: false,
  isOutliving: false,
  isLeft: false,
  why: 'exited',
  exit: null,
  end: null,
};

/** Everything that can happen to a child process. */
export function commandWalk(input: CommandInput): Walk<CommandMemory> {
  return {
    input,
    // A child that breaks breaks the command, which its owner sees: nothing to heed here.
    answers: { child: { done: [], errors: [] } },
    events: CHILD_EVENTS,
    project: (context: unknown) => context,
    observe: { start: NOTHING_YET, next: (before, { event }) => ({ ...before, ...fromEvent(before, event, input) }) },
  };
}

function fromEvent(before: CommandMemory, event: AnyEventObject, { command }: CommandInput): Partial<CommandMemory> {
  const { type, why, code, signal } = event;
  const stopAsked = before.stopAsked || type === 'stop';
  const outlived = (): Partial<CommandMemory> =>
    stopAsked || command !== 'refresh' ? { end: 'unkillable' } : { isLookedAt: false, isOutliving: true };
  if (isLook(type, before)) return { stopAsked, isOutliving: false, isLookedAt: true };
  if (isEndOfTime(type)) {
    if (before.isStopping) return { stopAsked };
    return { stopAsked, isStopping: true, why: whyEnded(before, why ?? 'timedOut') };
  }
  if (type.startsWith('xstate.after.killGrace')) return { isKilled: true };
  if (type.startsWith('xstate.after.lookLimit')) return outlived();
  switch (type) {
    case 'groupLives':
      return before.isLookedAt ? outlived() : {};
    case 'childReady':
      return { hasGone: !before.isStopping };
    case 'childNotStarted':
      return { end: 'notStarted' };
    case 'groupGone':
      return before.isStopping || before.isLeft ? { end: before.why } : {};
    case 'childExited':
      if (before.isStopping) return { exit: { code, signal } };
      if (before.isLeft) return {};
      if (leavesOthers(event, before)) return { exit: { code, signal }, isLeft: true };
      return before.hasGone ? { exit: { code, signal }, end: 'exited' } : { end: 'notStarted' };
    default:
      return {};
  }
}

/** Time that is over before it could go says nothing of how long it would have taken. */
function whyEnded({ isLeft, hasGone }: CommandMemory, asked: 'timedOut' | 'stopped'): CommandMemory['why'] {
  if (isLeft) return 'leftOthers';
  return asked === 'timedOut' && !hasGone ? 'notStarted' : asked;
}
