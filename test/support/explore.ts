/**
 * Walks a machine breadth first through the pure `transition()`: every answer and failure of every service it waits
 * for, every timer, every event of its owner, from every state that can be reached. Nothing runs and no time passes.
 */
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ExecutableActionObject,
  getInitialMicrosteps,
  getMicrosteps,
  initialTransition,
  transition,
} from 'xstate';

/** What a service can come back with; every invoke of the machine must have an entry. */
export type Alphabet = Readonly<
  Record<string, { readonly done: readonly unknown[]; readonly errors: readonly unknown[] }>
>;

export interface Walk<Observed> {
  readonly input: unknown;
  readonly answers: Alphabet;
  /** What others may send at any time. */
  readonly events: readonly AnyEventObject[];
  /** What of the context makes two states differ; must be finite. */
  readonly project?: (context: never) => unknown;
  /** False for what cannot come in this place. */
  readonly possible?: (event: AnyEventObject, snapshot: AnyMachineSnapshot) => boolean;
  /** What has happened on the way, for laws about paths; it makes two states differ as well. */
  readonly observe?: { readonly start: Observed; next(before: Observed, event: AnyEventObject): Observed };
}

export interface Place<Observed> {
  readonly snapshot: AnyMachineSnapshot;
  readonly observed: Observed;
}

export interface Step<Observed> {
  readonly from: Place<Observed>;
  readonly event: AnyEventObject;
  readonly to: Place<Observed>;
  readonly actions: readonly ExecutableActionObject[];
  /** False when no state has a transition for the event: it would be dropped, or break the machine. */
  readonly handled: boolean;
}

export interface Exploration<Observed> {
  readonly places: readonly Place<Observed>[];
  readonly steps: readonly Step<Observed>[];
  /** Ids of all state nodes that were entered, also those passed through at once. */
  readonly visited: ReadonlySet<string>;
}

export function explore<Observed = null>(machine: AnyStateMachine, walk: Walk<Observed>): Exploration<Observed> {
  const places = new Map<string, Place<Observed>>();
  const steps: Step<Observed>[] = [];
  const visited = new Set<string>();
  const queue: Place<Observed>[] = [];

  const arrive = (snapshot: AnyMachineSnapshot, observed: Observed): Place<Observed> => {
    const context = walk.project?.(snapshot.context as never) ?? snapshot.context;
    const key = JSON.stringify([snapshot.status, snapshot.value, context, observed]);
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = { snapshot, observed };
    places.set(key, place);
    queue.push(place);
    return place;
  };
  const visit = (passed: readonly (readonly [AnyMachineSnapshot, unknown])[]) => {
    for (const [{ _nodes }] of passed) for (const { id } of _nodes) visited.add(id);
  };

  visit(getInitialMicrosteps(machine, walk.input));
  arrive(initialTransition(machine, walk.input)[0], walk.observe?.start as Observed);
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    if (from.snapshot.status !== 'active') continue;
    for (const event of [...eventsAt(from.snapshot, walk.answers), ...walk.events]) {
      if (walk.possible?.(event, from.snapshot) === false) continue;
      const handled = machine.getTransitionData(from.snapshot, event).length > 0;
      if (!handled && !isReply(event)) continue;
      const [snapshot, actions] = transition(machine, from.snapshot, event);
      visit(getMicrosteps(machine, from.snapshot, event));
      const to = arrive(snapshot, walk.observe?.next(from.observed, event) as Observed);
      steps.push({ from, event, to, actions, handled });
    }
  }
  return { places: [...places.values()], steps, visited };
}

/** True for what a service came back with, which no machine may drop. */
export function isReply({ type }: AnyEventObject): boolean {
  return /^xstate\.(done|error)\.actor\./.test(type);
}

/** What can come from outside in this state: answers of the services that are being asked, and timers that run. */
function eventsAt({ _nodes }: AnyMachineSnapshot, answers: Alphabet): AnyEventObject[] {
  return _nodes.flatMap(({ invoke, after }) => [
    ...invoke.flatMap(({ id }) => {
      const answer = answers[id];
      if (answer === undefined) throw new Error(`the alphabet has no answers of ${id}`);
      return [
        ...answer.done.map((output) => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
        ...answer.errors.map((error) => ({ type: `xstate.error.actor.${id}`, actorId: id, error })),
      ];
    }),
    ...after.map(({ eventType }) => ({ type: eventType })),
  ]);
}

/** Places from which no path leads to an end. */
export function deadEnds<Observed>({ places, steps }: Exploration<Observed>): Place<Observed>[] {
  const sources = new Map<Place<Observed>, Place<Observed>[]>();
  for (const { from, to } of steps) sources.set(to, [...(sources.get(to) ?? []), from]);
  const ending = new Set(places.filter(({ snapshot }) => snapshot.status === 'done'));
  for (const place of ending) for (const source of sources.get(place) ?? []) ending.add(source);
  return places.filter((place) => !ending.has(place));
}
