import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { asFailure } from '../../machines/service.ts';
import { hasOmittedPart, omitBigParts } from './omit-big-parts.ts';
import { actorName, RECORDED_MACHINES } from './recorded-machines.ts';

/** One event that reached a machine, as it is recorded. */
export type Fields = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly name: string;
  /** Parts of what this machine was told were left out, and its context still has them. */
  lacksParts: boolean;
}

interface Pending {
  readonly actor: Recorded;
  readonly event: AnyEventObject;
  readonly at: number;
  snapshot: AnyMachineSnapshot;
}

/** Turns the inspection events of a run into lines, the cause always before its effects. */
export interface EventLines {
  inspect(event: InspectionEvent): void;
  /** Writes what is still held back. */
  flush(): void;
}

/**
 * A step of a machine is inspected one transition at a time, then come its effects, and only then is the step as a whole
 * told of. It is written before its effects: what a killed run had done is then always in its recording.
 */
export function createEventLines(
  nowMs: () => number,
  clean: (value: unknown) => unknown,
  write: (fields: Fields) => void,
): EventLines {
  const actors = new Map<string, Recorded>();
  const counts = new Map<string, number>();
  let pending: Pending | null = null;

  function flush(): void {
    const done = pending;
    pending = null;
    if (done !== null) write(lineOf(done, clean));
  }

  function meet(actorRef: AnyActorRef, event: AnyEventObject): void {
    if (!Object.hasOwn(RECORDED_MACHINES, actorRef.id)) return;
    const number = (counts.get(actorRef.id) ?? 0) + 1;
    counts.set(actorRef.id, number);
    const actor = { name: actorName(actorRef.id, number), lacksParts: false };
    actors.set(actorRef.sessionId, actor);
    write(lineOf({ actor, event, at: nowMs(), snapshot: actorRef.getSnapshot() }, clean));
  }

  return {
    inspect(inspected) {
      if (inspected.type === '@xstate.event') {
        flush();
        if (inspected.event.type === 'xstate.init') meet(inspected.actorRef as AnyActorRef, inspected.event);
      } else if (inspected.type === '@xstate.snapshot') {
        flush();
      } else if (inspected.type === '@xstate.microstep') {
        const actor = actors.get(inspected.actorRef.sessionId);
        if (actor === undefined) return;
        const snapshot = inspected.snapshot as AnyMachineSnapshot;
        if (pending?.actor === actor) pending.snapshot = snapshot;
        else {
          flush();
          pending = { actor, event: inspected.event, at: nowMs(), snapshot };
        }
      }
    },
    flush,
  };
}

function lineOf({ actor, event, at, snapshot }: Pending, clean: (value: unknown) => unknown): Fields {
  const kept = omitBigParts(clean(asData(event)));
  const context = kept.omitted || actor.lacksParts ? omitBigParts(clean(snapshot.context)).value : undefined;
  actor.lacksParts = context !== undefined && hasOmittedPart(context);
  return {
    at,
    actor: actor.name,
    event: kept.value,
    state: snapshot.value,
    ...(snapshot.status === 'active' ? {} : { status: snapshot.status }),
    ...(context === undefined ? {} : { context }),
  };
}

/** An error that a machine broke with becomes what `asFailure` makes of it: JSON would leave nothing of it. */
function asData(event: AnyEventObject): AnyEventObject {
  return event['error'] instanceof Error ? { ...event, error: asFailure(event['error']) } : event;
}
