import type { AnyEventObject } from 'xstate';
import type { ClusterLockInput } from '../../machines/lock-context.ts';
import type { Standing } from '../../machines/side-effects.ts';
import { LOCK_ANSWERS, LOCK_ORDERS } from '../support/alphabets.ts';
import { type Effect, starts } from '../support/effects.ts';
import type { Seen, Walk } from '../support/explore.ts';

const LOCK_INPUT: ClusterLockInput = { leaseMs: 30_000, killGraceMs: 10_000, jitterSeed: 1, refreshDelayMs: 5_000 };

export const LOCK_INPUTS: readonly ClusterLockInput[] = [LOCK_INPUT];

/** What an onlooker of a cluster lock remembers, who sees what is asked of the lock service and what it answers. */
export interface LockMemory {
  readonly isAsked: boolean;
  /** The lock service knows us, and our lease runs. */
  readonly isLeased: boolean;
  /** A request was answered, but so late that nothing may rely on it before a renewal. */
  readonly isLate: boolean;
  /** By the lock service's last word the lock is ours. */
  readonly isOurs: boolean;
  readonly wasLost: boolean;
  readonly wasRefused: boolean;
  /** In line, what the lock service denied last, while it has answered no question since. */
  readonly denied: string | null;
  /** Our place in the line as it was told last. */
  readonly place: string;
  readonly leaseLeftMs: number;
  /** Which questions are under way. */
  readonly asking: readonly string[];
  readonly isConfirming: boolean;
  readonly failuresInRow: number;
  readonly isReleasing: boolean;
  /** It is left to its lease. */
  readonly isLeft: boolean;
  readonly releaseTries: number;
  readonly isReleased: boolean;
}

const NOTHING_YET: LockMemory = {
  isAsked: false,
  isLeased: false,
  isLate: false,
  isOurs: false,
  wasLost: false,
  wasRefused: false,
  denied: null,
  place: placeIn({ ahead: null, holder: null }),
  leaseLeftMs: 0,
  asking: [],
  isConfirming: false,
  failuresInRow: 0,
  isReleasing: false,
  isLeft: false,
  releaseTries: 0,
  isReleased: false,
};

const GIVEN_UP: Partial<LockMemory> = {
  isReleasing: true,
  isLeased: false,
  isLate: false,
  isOurs: false,
  isConfirming: false,
  denied: null,
};

export const FAILURES_COUNTED = 3;
const TRIES_COUNTED = 4;

/** Everything that can happen to a cluster lock; chance is left out, and equal failures are counted up to a few. */
export function lockWalk(input: ClusterLockInput): Walk<LockMemory> {
  return {
    input,
    answers: LOCK_ANSWERS,
    events: LOCK_ORDERS,
    project: whatDecides,
    observe: { start: NOTHING_YET, next: remember },
  };
}

export function placeIn({ ahead, holder }: Pick<Standing, 'ahead' | 'holder'>): string {
  return `${ahead} before us, ${holder?.title ?? 'nobody'} first`;
}

/** A request counts unless it took so long that its lease is due for renewal by now: a quarter of it. */
export function isFresh({ leaseLeftMs }: Standing): boolean {
  return leaseLeftMs >= LOCK_INPUT.leaseMs * 0.75;
}

/** What ends our lease: the lock service forgot us, refuses us for good, or renewed nothing for too long. */
export function isEndOfLease({ type, output, error }: AnyEventObject): boolean {
  if (type.startsWith('xstate.after.leaseUsable')) return true;
  if (/^xstate\.done\.actor\.(request|check|renew)Lock$/.test(type)) return output.standing === 'gone';
  return isRefusal({ type, error });
}

/** What is not worth another try: no lease runs that could outlast it, or it has lasted for a whole one. */
export function isRefusal({ type, error }: AnyEventObject): boolean {
  return type.startsWith('xstate.after.wholeLease') || (type === 'xstate.error.actor.requestLock' && isDenial(error));
}

function isDenial(error: { readonly kind: string }): boolean {
  return error.kind !== 'lockUnavailable';
}

function remember(before: LockMemory, { event, effects }: Seen): LockMemory {
  const after = { ...before, ...fromEvent(before, event) };
  const asking = askingAfter(before, effects);
  const tried = starts(effects, 'releaseLock') ? 1 : 0;
  return { ...after, asking, releaseTries: Math.min(before.releaseTries + tried, TRIES_COUNTED) };
}

function fromEvent(before: LockMemory, event: AnyEventObject): Partial<LockMemory> {
  const { type, output } = event;
  const failuresInRow = Math.min(before.failuresInRow + 1, FAILURES_COUNTED);
  if (isEndOfLease(event)) {
    const counts = type === 'xstate.error.actor.requestLock' || (output?.standing === 'gone' && !before.isOurs);
    return {
      denied: null,
      isLeased: false,
      isLate: false,
      isOurs: false,
      isConfirming: false,
      wasLost: before.isOurs,
      wasRefused: !before.isOurs && isRefusal(event),
      ...(counts ? { failuresInRow } : {}),
    };
  }
  switch (type) {
    case 'request':
      return { isAsked: true };
    case 'release':
      return GIVEN_UP;
    case 'leave':
      return before.isReleasing || !(before.isLeased || before.wasLost) ? {} : { ...GIVEN_UP, isLeft: true };
    case 'confirm':
      return { isConfirming: before.isOurs };
    case 'xstate.done.actor.requestLock':
      return isFresh(output)
        ? { isLeased: true, leaseLeftMs: output.leaseLeftMs, ...standingIn(output) }
        : { isLate: true };
    case 'xstate.done.actor.checkLock':
      return standingIn(output);
    case 'xstate.done.actor.renewLock':
      return { leaseLeftMs: output.leaseLeftMs, isLeased: true, isLate: false, isConfirming: false };
    case 'xstate.done.actor.releaseLock':
      return { isReleased: true };
    case 'xstate.error.actor.checkLock':
      return { failuresInRow, ...(isDenial(event['error']) ? { denied: event['error'].kind } : {}) };
    case 'xstate.error.actor.renewLock':
      return before.isLate ? { failuresInRow, isLate: false } : {};
    default:
      return type === 'xstate.error.actor.requestLock' ? { failuresInRow } : {};
  }
}

function standingIn(output: Standing): Partial<LockMemory> {
  return { isOurs: output.standing === 'held', place: placeIn(output), failuresInRow: 0, denied: null };
}

/** Stops come before starts. */
function askingAfter({ asking }: LockMemory, effects: readonly Effect[]): readonly string[] {
  const named = (does: 'start' | 'stop') => effects.flatMap((effect) => (effect.does === does ? [effect.who] : []));
  const stopped = named('stop');
  return [...asking.filter((who) => !stopped.includes(who)), ...named('start')].sort();
}

function whatDecides(context: {
  readonly failuresInRow: number;
  readonly failure: { readonly kind: string } | null;
  readonly denial: { readonly kind: string } | null;
}): unknown {
  const { jitter, jitterSeed, lineSameMs, failure, denial, renewalFailure, failuresInRow, ...rest } =
    context as typeof context & Record<string, unknown>;
  return {
    ...rest,
    failure: failure?.kind,
    denial: denial?.kind,
    failuresInRow: Math.min(failuresInRow, FAILURES_COUNTED),
  };
}
