import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { getStateNodes } from 'xstate/graph';

/** What the machine object itself says, read without the code that draws it. */
export interface Facts {
  readonly nodes: readonly AnyStateNode[];
  readonly transitions: readonly Transition[];
  readonly invokes: readonly { readonly node: string; readonly id: string }[];
}

export interface Transition {
  readonly source: string;
  readonly targets: readonly string[];
  readonly event: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
  readonly delay: string | null;
}

export function factsOf(machine: AnyStateMachine): Facts {
  const nodes = [machine.root, ...getStateNodes(machine)] as AnyStateNode[];
  return {
    nodes,
    transitions: nodes.flatMap((node) =>
      [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(transitionOf),
    ),
    invokes: nodes.flatMap((node) => node.invoke.map(({ id }) => ({ node: node.id, id }))),
  };
}

function transitionOf(transition: AnyTransitionDefinition): Transition {
  const { source, target, eventType, guard, actions } = transition;
  return {
    source: source.id,
    targets: (target ?? []).map(({ id }: AnyStateNode) => id),
    event: eventType,
    guard: guard === undefined ? null : nameOf(guard),
    actions: actions.map(nameOf),
    delay: 'delay' in transition && transition.delay !== undefined ? String(transition.delay) : null,
  };
}

function nameOf(part: unknown): string {
  return typeof part === 'string' ? part : (part as { readonly type: string }).type;
}
