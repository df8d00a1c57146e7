import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type NamedPart, partOf } from './named-part.ts';

/** One machine as plain data: everything that can be drawn of it, read from the machine object itself. */
export interface MachineModel {
  readonly id: string;
  readonly root: StateModel;
  /** Each delay that an edge waits for; `ms` is null where it depends on settings or on the run. */
  readonly delays: readonly { readonly name: string; readonly ms: number | null }[];
}

export interface StateModel {
  /** Unique among all machines: `watcher.holdingRunLock.reading`. */
  readonly id: string;
  readonly name: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly description: string | null;
  readonly tags: readonly string[];
  /** The id of the state that is entered first; null unless the state is compound. */
  readonly initial: string | null;
  readonly entry: readonly NamedPart[];
  readonly exit: readonly NamedPart[];
  readonly invokes: readonly InvokeModel[];
  /** In the order in which they are tried. */
  readonly edges: readonly EdgeModel[];
  readonly states: readonly StateModel[];
}

export interface InvokeModel {
  readonly id: string;
  readonly src: string;
  /** The id of the machine that is invoked; null for a plain service. */
  readonly machine: string | null;
}

export interface EdgeModel {
  /** `watcher.reading/2`: the source and its place among the source's edges, from 0. */
  readonly id: string;
  readonly source: string;
  /** None: the state is not left. */
  readonly targets: readonly string[];
  readonly kind: 'on' | 'always' | 'after' | 'done' | 'error' | 'stateDone';
  /** The event as the machine receives it; empty for `always`. */
  readonly event: string;
  /** What a person calls it: the event, the delay, the invoke's id or the state's name; empty for `always`. */
  readonly name: string;
  readonly guard: NamedPart | null;
  /** True when edges before it wait for the same event, so that it is taken when all their guards refuse. */
  readonly otherwise: boolean;
  readonly actions: readonly NamedPart[];
  /** Whether the source is left and entered again though the target is inside it. */
  readonly reenter: boolean;
  readonly description: string | null;
}

/** Reads a machine. Nothing of its shape is left out: `transitions` and `always` are both edges. */
export function modelOf(machine: AnyStateMachine): MachineModel {
  const root = stateOf(machine.root, machine);
  const names = new Set(statesIn(root).flatMap(({ edges }) => edges.filter(isTimed).map(({ name }) => name)));
  return { id: machine.id, root, delays: [...names].map((name) => ({ name, ms: fixedDelay(machine, name) })) };
}

/** The state itself and everything inside it, outside in. */
export function statesIn(state: StateModel): readonly StateModel[] {
  return [state, ...state.states.flatMap(statesIn)];
}

function stateOf(node: AnyStateNode, machine: AnyStateMachine): StateModel {
  const transitions: AnyTransitionDefinition[] = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return {
    id: node.id,
    name: node.key,
    type: node.type,
    description: node.description ?? null,
    tags: node.tags,
    initial: node.type === 'compound' ? (node.initial.target?.[0]?.id ?? null) : null,
    entry: node.entry.flatMap(partOf),
    exit: node.exit.flatMap(partOf),
    invokes: node.invoke.map(({ id, src }) => invokeOf(id, String(src), machine)),
    edges: transitions.map((transition, index) => ({
      id: `${node.id}/${index}`,
      otherwise:
        transition.guard === undefined &&
        transitions.slice(0, index).some(({ eventType, guard }) => eventType === transition.eventType && guard),
      ...edgeOf(transition),
    })),
    states: (Object.values(node.states) as AnyStateNode[]).map((child) => stateOf(child, machine)),
  };
}

function invokeOf(id: string, src: string, machine: AnyStateMachine): InvokeModel {
  const logic = machine.implementations.actors[src] as { readonly root?: AnyStateNode } | undefined;
  return { id, src, machine: logic?.root?.id ?? null };
}

function edgeOf(transition: AnyTransitionDefinition): Omit<EdgeModel, 'id' | 'otherwise'> {
  const { eventType, source, target, guard, actions, reenter, description } = transition;
  return {
    source: source.id,
    targets: (target ?? []).map(({ id }: AnyStateNode) => id),
    ...triggerOf(eventType, source),
    guard: guard === undefined ? null : (partOf(guard)[0] ?? null),
    actions: actions.flatMap(partOf),
    reenter,
    description: description ?? null,
  };
}

const INTERNAL_EVENT = /^xstate\.(done\.actor|error\.actor|done\.state|after)\.(.*)$/;

function triggerOf(event: string, source: AnyStateNode): Pick<EdgeModel, 'kind' | 'event' | 'name'> {
  if (event === '') return { kind: 'always', event, name: '' };
  const [, what, rest = ''] = INTERNAL_EVENT.exec(event) ?? [];
  switch (what) {
    case 'done.actor':
      return { kind: 'done', event, name: rest };
    case 'error.actor':
      return { kind: 'error', event, name: rest };
    case 'done.state':
      return { kind: 'stateDone', event, name: source.key };
    case 'after':
      return { kind: 'after', event, name: rest.slice(0, -`.${source.id}`.length) };
    default:
      return { kind: 'on', event, name: event };
  }
}

function isTimed({ kind }: EdgeModel): boolean {
  return kind === 'after';
}

function fixedDelay(machine: AnyStateMachine, name: string): number | null {
  const delay: unknown = machine.implementations.delays[name];
  return typeof delay === 'number' ? delay : null;
}
