import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { guardName, rivalsOf } from './decision.ts';

/** Every transition of a machine, by a name that says where it starts, by what, by which guard, and where it leads. */
export function transitionNames(machine: AnyStateMachine): string[] {
  return transitionsOf(machine.root).map(transitionName);
}

/** `watcher.checkingRunLock: xstate.done.actor.checkRunLock [ownedByAnother] → skipped`. */
export function transitionName(transition: AnyTransitionDefinition): string {
  const { source, eventType, target } = transition;
  const guard = guardName(transition) ?? (rivalsOf(transition).length > 1 ? 'else' : null);
  const where = target?.map(({ path }) => path.join('.')).join(' + ') ?? 'stays';
  return `${source.id}: ${eventType || 'at once'}${guard === null ? '' : ` [${guard}]`} → ${where}`;
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  const own = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return [...own, ...Object.values(node.states).flatMap(transitionsOf)];
}
