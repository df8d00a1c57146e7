import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { asFailure } from '../../machines/service.ts';
import { NOT_KEPT } from './format.ts';
import { hasOmittedPart } from './omitted.ts';
import type { Pending, Recorded } from './pending.ts';
import { actorName, RECORDED_MACHINES } from './recorded-machines.ts';
import { createRepetitions, isRepetition } from './repetitions.ts';
import { shorten } from './shorten.ts';

/** One event that reached a machine, as it is recorded. */
export type Fields = Readonly<Record<string, unknown>>;

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
  isFull: () => boolean = () => false,
): EventLines {
  const actors = new Map<string, Recorded>();
  const counts = new Map<string, number>();
  let pending: Pending | null = null;

  const repetitions = createRepetitions((done) => write(lineOf(done, clean)));

  function flush(): void {
    const done = pending;
    pending = null;
    if (done === null) return;
    if (isFull() && isRepetition(done)) repetitions.add(done);
    else keep(done);
  }

  function keep(done: Pending): void {
    repetitions.flush();
    write(lineOf(done, clean));
  }

  function meet(actorRef: AnyActorRef, event: AnyEventObject): void {
    if (!Object.hasOwn(RECORDED_MACHINES, actorRef.id)) return;
    const number = (counts.get(actorRef.id) ?? 0) + 1;
    counts.set(actorRef.id, number);
    const actor: Recorded = { name: actorName(actorRef.id, number), context: {}, lacking: new Set() };
    actors.set(actorRef.sessionId, actor);
    keep({ actor, event, at: nowMs(), snapshot: actorRef.getSnapshot() });
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
    flush() {
      flush();
      repetitions.flush();
    },
  };
}

function lineOf({ actor, event, at, snapshot }: Pending, clean: (value: unknown) => unknown): Fields {
  const kept = shorten(clean(asData(event)));
  const isWhole = event.type !== NOT_KEPT && actor.lacking.size === 0 && !hasOmittedPart(kept);
  const context = isWhole ? null : nodeRecordOf(actor, snapshot.context, clean);
  actor.context = snapshot.context;
  return {
    at,
    actor: actor.name,
    event: kept,
    state: snapshot.value,
    ...(snapshot.status === 'active' ? {} : { status: snapshot.status }),
    ...(context === null ? {} : { context }),
  };
}

/** What the machine knows otherwise than at its last line: a replay cannot always compute it from a part. */
function nodeRecordOf(
  { context: before, lacking }: Recorded,
  now: Recorded['context'],
  clean: (value: unknown) => unknown,
) {
  const keys = Object.keys(now).filter((key) => before[key] !== now[key]);
  const news = Object.fromEntries(keys.map((key) => [key, shorten(clean(now[key]))]));
  for (const key of keys) {
    if (hasOmittedPart(news[key])) lacking.add(key);
    else lacking.delete(key);
  }
  return news;
}

/** An error that a machine broke with becomes what `asFailure` makes of it: JSON would leave nothing of it. */
function asData(event: AnyEventObject): AnyEventObject {
  return event['error'] instanceof Error ? { ...event, error: asFailure(event['error']) } : event;
}
