import type { AnyEventObject, AnyMachineSnapshot, AnyTransitionDefinition } from 'xstate';
import { activeStates, type Microstep } from './pure-machine.ts';

/** Which guards were asked in one transition, and what they said. */
export interface Decision {
  /** Those that said no, in order. */
  readonly no: readonly string[];
  /** The one that said yes; null for a transition that comes last and has none. */
  readonly yes: string | null;
}

/** What decided each transition of a microstep. */
export function decisionsOf({ transitions }: Pick<Microstep, 'transitions'>): Decision[] {
  return transitions.map((taken) => {
    const rivals = rivalsOf(taken);
    const before = rivals.slice(0, rivals.indexOf(taken));
    return { no: before.flatMap(named), yes: guardName(taken) };
  });
}

/** The guards that all said no to an event that nothing was done about. */
export function refusalsOf(snapshot: AnyMachineSnapshot, event: AnyEventObject): string[] {
  return activeStates(snapshot)
    .flatMap((node) => node.transitions.get(event.type) ?? [])
    .flatMap(named);
}

/** The transitions of the same state for the same event, in the order in which they are tried. */
export function rivalsOf({ source, eventType }: AnyTransitionDefinition): readonly AnyTransitionDefinition[] {
  return (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
}

/** `released: no`, `endedAs(refreshed): yes`; empty when nothing was asked. */
export function formatDecision({ no, yes }: Decision): string {
  return [...no.map((name) => `${name}: no`), ...(yes === null ? [] : [`${yes}: yes`])].join(', ');
}

/** The guard's name with the data it is given, if any: `endedAs(refreshed)`; null where there is no guard. */
export function guardName({ guard }: AnyTransitionDefinition): string | null {
  if (guard === undefined) return null;
  if (typeof guard === 'string') return guard;
  const { type, params } = guard as { type: string; params?: unknown };
  const data = typeof params === 'object' && params !== null ? `(${Object.values(params).join(', ')})` : '';
  return `${type}${data}`;
}

function named(transition: AnyTransitionDefinition): string[] {
  const name = guardName(transition);
  return name === null ? [] : [name];
}
