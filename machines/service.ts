import { type AnyActorRef, fromCallback, fromPromise, type NonReducibleUnknown } from 'xstate';

import type { BoardServices, ChildEvent, ChildInput, ChildOrder, LockServices, RunServices } from './side-effects.ts';
import type { Failure } from './vocabulary.ts';

type Calls = RunServices & BoardServices & LockServices;

/** A service that a machine names; `withServices` plugs in what it does. */
export function service<Name extends keyof Calls>(name: Name) {
  return fromPromise<Awaited<ReturnType<Calls[Name]>>, Parameters<Calls[Name]>[0] & NonReducibleUnknown>(() =>
    Promise.reject({ kind: 'unexpected', message: `service not provided: ${name}` } satisfies Failure),
  );
}

/** The child process that machines/command.ts owns. */
export const childActor = fromCallback<ChildOrder, ChildInput>(({ sendBack }) => {
  sendBack({ type: 'childNotStarted', message: 'service not provided: child' } satisfies ChildEvent);
});

/**
 * The owner of a machine. `sendParent` looks for one at once and throws where there is none: replays and walks run each
 * machine by itself, without its owner, and only read what it would send.
 */
export const toParent = ({ self }: { self: AnyActorRef }) => self._parent!;

/** What a service rejected with, as data: services throw errors that carry a failure; anything else is a bug. */
export function asFailure(error: unknown): Failure {
  const carried = (error as { failure?: Failure } | null)?.failure ?? (error as Failure | null);
  if (typeof carried?.kind === 'string' && typeof carried.message === 'string') {
    return { kind: carried.kind, message: carried.message };
  }
  return { kind: 'unexpected', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
