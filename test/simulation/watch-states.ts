import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate';
import type { Process } from './process.ts';

/**
 * Tells each state that a machine of a run comes to, also those passed through at once, as `refresh.running`, with all
 * innermost states of the run at that instant. Tells nothing of a dead process.
 */
export function watchStates(process: Process, tell: (state: string, all: ReadonlySet<string>) => void) {
  const standing = new Map<AnyActorRef, ReadonlySet<string>>();
  const seen = new WeakMap<AnyActorRef, AnyMachineSnapshot['_nodes']>();

  const look = (actor: AnyActorRef, snapshot: AnyMachineSnapshot) => {
    if (process.isOver || snapshot._nodes === undefined) return;
    // Most steps lead to no other state.
    if (seen.get(actor) === snapshot._nodes && snapshot.status === 'active') return;
    seen.set(actor, snapshot._nodes);
    const before = standing.get(actor);
    const now = new Set<string>();
    for (const node of snapshot._nodes) {
      if (node.path.length > 0 && node.type !== 'compound' && node.type !== 'parallel') now.add(nameOf(node, actor.id));
    }
    standing.set(actor, now);
    if (snapshot.status !== 'active') standing.delete(actor);
    const entered = [...now].filter((state) => !before?.has(state));
    if (entered.length === 0) return;
    const all = new Set([...standing.values()].flatMap((states) => [...states]));
    for (const state of entered) tell(state, all);
  };

  return (event: InspectionEvent): void => {
    if (event.type === '@xstate.microstep') look(event.actorRef as AnyActorRef, event.snapshot as AnyMachineSnapshot);
    else if (event.type === '@xstate.event' && event.event.type === 'xstate.init') {
      look(event.actorRef as AnyActorRef, (event.actorRef as AnyActorRef).getSnapshot());
    }
  };
}

/** To put the name together takes as long as most steps do. */
const names = new Map<string, WeakMap<StateNode, string>>();

function nameOf(node: StateNode, actor: string): string {
  const known = names.get(actor) ?? new WeakMap<StateNode, string>();
  names.set(actor, known);
  const name = known.get(node) ?? `${actor}.${node.path.join('.')}`;
  known.set(node, name);
  return name;
}

type StateNode = AnyMachineSnapshot['_nodes'][number];
