/**
 * Walks a machine breadth first, purely: every answer and failure of every service it waits for, every timer, every
 * event of its owner, from every state that can be reached. Nothing runs and no time passes.
 */
import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { type Step as PureStep, pureMachine } from '../../src/replay/pure-machine.ts';
import { transitionName } from '../../src/replay/transition-name.ts';
import { type Effect, effectsOf } from './effects.ts';
import { getOrMake } from './get-or-make.ts';
import type { Sharing } from './shared-steps.ts';

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
  readonly project: (context: never) => unknown;
  /** False for what cannot come after what has happened. */
  readonly possible?: (event: AnyEventObject, observed: Observed) => boolean;
  /** What has happened on the way, for laws about paths; it makes two states differ as well. */
  readonly observe: { readonly start: Observed; next(before: Observed, seen: Seen): Observed };
}

/** What an onlooker sees of a step, who knows nothing of states. */
export interface Seen {
  readonly event: AnyEventObject;
  readonly effects: readonly Effect[];
}

export interface Place<Observed> {
  readonly key: string;
  readonly snapshot: AnyMachineSnapshot;
  readonly observed: Observed;
  /** The ids of all states that the machine is in here. */
  readonly states: readonly string[];
}

export interface Step<Observed> extends Seen {
  readonly from: Place<Observed>;
  readonly to: Place<Observed>;
  /** Names of the transitions taken; none for a reply that was not heeded. */
  readonly transitions: readonly string[];
  /** Ids of the states it went through, with those passed at once, the last included. */
  readonly through: readonly string[];
  /** Types of the event and of what it raised. */
  readonly heard: readonly string[];
}

export interface Exploration<Observed> {
  readonly places: readonly Place<Observed>[];
  readonly steps: readonly Step<Observed>[];
  /** Those that were not taken over from a walk that is known. */
  readonly fresh: readonly Step<Observed>[];
  /** By the key of the place; null for an event that is not heeded there. */
  readonly stepsFrom: ReadonlyMap<string, ReadonlyMap<AnyEventObject, Step<Observed> | null>>;
  /** False when it was given up, because there was no end of places. */
  readonly isWhole: boolean;
}

/** A walk through a machine that differs from this one in few places only: the other steps are taken over. */
export interface Known<Observed> {
  readonly found: Exploration<Observed>;
  isSame(from: Place<Observed>, event: AnyEventObject, step: Step<Observed> | null): boolean;
  /** True for a place from which all that can come is the same, and so is what it leads to. */
  isSameFrom(place: Place<Observed>): boolean;
  /** True for a step after which nothing more needs to be found. */
  isEnough(step: Step<Observed>): boolean;
}

const PLACES_MAX = 20_000;

export function explore<Observed>(
  machine: AnyStateMachine,
  walk: Walk<Observed>,
  known?: Known<Observed>,
  sharing?: Sharing<Observed>,
): Exploration<Observed> {
  const pure = pureMachine(machine, walk.input);
  const nodes = new Map<string, AnyStateNode>([machine.root, ...getStateNodes(machine)].map((node) => [node.id, node]));
  const places = new Map<string, Place<Observed>>();
  const steps: Step<Observed>[] = [];
  const fresh: Step<Observed>[] = [];
  const stepsFrom = new Map<string, ReadonlyMap<AnyEventObject, Step<Observed> | null>>();
  const placesMax = known === undefined ? PLACES_MAX : 3 * known.found.places.length;

  const placeOf = (snapshot: AnyMachineSnapshot, observed: Observed): Place<Observed> => {
    const key = JSON.stringify([snapshot.status, snapshot.value, walk.project(snapshot.context as never), observed]);
    return places.get(key) ?? { key, snapshot, observed, states: snapshot._nodes.map(({ id }) => id) };
  };
  const go = (from: Place<Observed>, event: AnyEventObject): Step<Observed> | null => {
    const _nodes = from.states.map((id) => nodes.get(id));
    const context = sharing?.contextIn(from) ?? from.snapshot.context;
    const snapshot = { ...from.snapshot, context, machine, _nodes } as unknown as AnyMachineSnapshot;
    const step = stepSafely(() => pure.step(snapshot, event), snapshot);
    if (step.microsteps[0]?.transitions.length === 0 && !isReply(event)) return null;
    const effects = effectsOf(step.effects);
    const to = placeOf(step.snapshot, walk.observe.next(from.observed, { event, effects }));
    return {
      from,
      event,
      to,
      effects,
      transitions: step.microsteps.flatMap(({ transitions }) => transitions.map(nameOf)),
      through: step.microsteps.flatMap((micro) => micro.snapshot._nodes.map(({ id }) => id)),
      heard: [event.type, ...step.microsteps.map((micro) => micro.event.type)],
    };
  };

  const goOrTake = (from: Place<Observed>, event: AnyEventObject) =>
    sharing === undefined ? go(from, event) : sharing.take(from, event, () => go(from, event));

  const queue: Place<Observed>[] = [];
  const arrive = (place: Place<Observed>) => {
    if (places.has(place.key)) return;
    places.set(place.key, place);
    queue.push(place);
  };

  const init = { type: 'xstate.init', input: walk.input };
  const { snapshot, effects } = pure.first;
  const begun = { event: init, effects: effectsOf(effects) };
  const first = placeOf(snapshot, walk.observe.next(walk.observe.start, begun));
  const beginning = { ...begun, from: { ...first, observed: walk.observe.start }, to: first };
  steps.push({ ...beginning, transitions: [], through: first.states, heard: [init.type] });
  fresh.push(steps[0]!);
  arrive(first);
  const isFound = known?.isEnough(steps[0]!) ?? false;
  if (!isFound && known?.found.isWhole && isSameThroughout(known, first)) {
    return { ...known.found, steps: [steps[0]!, ...known.found.steps.slice(1)], fresh };
  }
  for (let at = 0; !isFound && at < queue.length && places.size <= placesMax; at += 1) {
    const from = queue[at]!;
    if (from.snapshot.status !== 'active') continue;
    const earlier = known?.found.stepsFrom.get(from.key);
    if (earlier !== undefined && known!.isSameFrom(from)) {
      stepsFrom.set(from.key, earlier);
      for (const step of earlier.values()) {
        if (step === null) continue;
        steps.push(step);
        arrive(step.to);
      }
      continue;
    }
    const own = new Map<AnyEventObject, Step<Observed> | null>();
    stepsFrom.set(from.key, own);
    const here = from.states.map((id) => nodes.get(id)!);
    for (const event of eventsAt(here, walk)) {
      if (walk.possible?.(event, from.observed) === false) continue;
      const taken = earlier?.get(event);
      const step = taken !== undefined && known!.isSame(from, event, taken) ? taken : goOrTake(from, event);
      own.set(event, step);
      if (step === null) continue;
      steps.push(step);
      arrive(step.to);
      if (step === taken) continue;
      fresh.push(step);
      if (known?.isEnough(step)) return { places: queue, steps, fresh, stepsFrom, isWhole: true };
    }
  }
  return { places: queue, steps, fresh, stepsFrom, isWhole: places.size <= placesMax };
}

/** True where nothing that is different is ever come to. */
function isSameThroughout<Observed>({ found, isSameFrom }: Known<Observed>, first: Place<Observed>): boolean {
  return first.key === found.places[0]!.key && found.places.every(isSameFrom);
}

/** True for what a service came back with, which no machine may drop. */
export function isReply({ type }: AnyEventObject): boolean {
  return /^xstate\.(done|error)\.actor\./.test(type);
}

/** Places from which no path leads to an end. */
export function deadEnds<Observed>({ places, steps }: Exploration<Observed>): Place<Observed>[] {
  const sources = new Map<string, string[]>();
  for (const { from, to } of steps) getOrMake(sources, to.key, () => []).push(from.key);
  const ending = new Set(places.filter(({ snapshot }) => snapshot.status === 'done').map(({ key }) => key));
  for (const place of ending) for (const source of sources.get(place) ?? []) ending.add(source);
  return places.filter(({ key }) => !ending.has(key));
}

/** An actor whose guard or action throws is broken. */
function stepSafely(step: () => PureStep, snapshot: AnyMachineSnapshot): PureStep {
  try {
    return step();
  } catch (error) {
    return { snapshot: { ...snapshot, status: 'error', error } as AnyMachineSnapshot, microsteps: [], effects: [] };
  }
}

const transitionsNamed = new WeakMap<AnyTransitionDefinition, string>();

function nameOf(transition: AnyTransitionDefinition): string {
  return getOrMake(transitionsNamed, transition, () => transitionName(transition));
}

const timers = new Map<string, AnyEventObject>();
const replies = new WeakMap<Alphabet, Map<string, readonly AnyEventObject[]>>();

/**
 * What can come from outside in these states: answers of the services that are being asked, timers that run, and what
 * others may send. The same event is the same object each time, so that steps are found again by it.
 */
function eventsAt<Observed>(nodes: readonly AnyStateNode[], { answers, events }: Walk<Observed>): AnyEventObject[] {
  return [
    ...nodes.flatMap(({ invoke, after }) => [
      ...invoke.flatMap(({ id }) => repliesOf(id, answers)),
      ...after.map(({ eventType }) => getOrMake(timers, eventType, () => ({ type: eventType }))),
    ]),
    ...events,
  ];
}

function repliesOf(id: string, answers: Alphabet): readonly AnyEventObject[] {
  const known = getOrMake(replies, answers, () => new Map());
  return getOrMake(known, id, () => {
    const answer = answers[id];
    if (answer === undefined) throw new Error(`the alphabet has no answers of ${id}`);
    return [
      ...answer.done.map((output) => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
      ...answer.errors.map((error) => ({ type: `xstate.error.actor.${id}`, actorId: id, error })),
    ];
  });
}
