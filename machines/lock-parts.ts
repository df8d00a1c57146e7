// Actions and guards of the cluster lock together with what they take from the event: said once, used by its phases.

import type { DoneActorEvent, ErrorActorEvent } from 'xstate';

import type { Gone, LockAnswer, RenewAnswer, Standing } from './side-effects.ts';

type Answered = { event: DoneActorEvent<LockAnswer | RenewAnswer> };

const ofAnswer = ({ event }: Answered) => event.output;

/** A guard before it has seen that the answer says so. */
const ofGone = ({ event }: Answered) => event.output as Gone;
export const ofStanding = ({ event }: Answered) => event.output as Standing;

export const transientError = {
  type: 'transient' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

export const keepFailure = {
  type: 'keepFailure' as const,
  params: ({ event }: { event: ErrorActorEvent }) => ({ error: event.error }),
};

export const keepAnswer = { type: 'keepAnswer' as const, params: ofStanding };

export const keepLease = { type: 'keepLease' as const, params: ofStanding };

export const lostThoughHeld = {
  guard: { type: 'goneThoughHeld' as const, params: ofAnswer },
  target: '#clusterLock.lost',
  actions: { type: 'keepLoss' as const, params: ofGone },
} as const;

/** The lease runs out by itself, and until then nobody else gets the lock. */
export const left = { target: '#clusterLock.released', actions: 'keepLeft' } as const;

/** While we wait, it costs no more than the place in the line. */
export const lostInLine = {
  guard: { type: 'gone' as const, params: ofAnswer },
  target: '#clusterLock.backingOff',
  actions: { type: 'keepPlaceLost' as const, params: ofGone },
} as const;
