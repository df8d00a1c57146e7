import { createHash } from 'node:crypto';
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { RECORDED_MACHINES } from './recorded-machines.ts';

let todays: string | null = null;

/** The fingerprint of the machines of this program. */
export function machineFingerprint(): string {
  todays ??= fingerprintOf(RECORDED_MACHINES);
  return todays;
}

/**
 * A hash over the structure of the machines: states, transitions, guards, delays, invokes, actions, by name. It changes
 * when a run could go another way because of that; what the names do is not in it.
 */
function fingerprintOf(machines: Readonly<Record<string, AnyStateMachine>>): string {
  const structure = Object.entries(machines).map(([name, machine]) => [name, formatState(machine.root)]);
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex');
}

function formatState(node: AnyStateNode): unknown {
  return {
    id: node.id,
    type: node.type,
    tags: node.tags,
    initial: node.initial?.target.map(({ id }) => id) ?? null,
    entry: node.entry.map(named),
    exit: node.exit.map(named),
    invoke: node.invoke.map(({ id, src }) => [id, src]),
    on: [...node.transitions].map(([event, transitions]) => [event, transitions.map(formatTransition)]),
    always: (node.always ?? []).map(formatTransition),
    states: Object.values(node.states).map(formatState),
  };
}

function formatTransition({ target, guard, actions, reenter }: AnyTransitionDefinition): unknown {
  return {
    target: target?.map(({ id }) => id) ?? null,
    guard: guard === undefined ? null : named(guard),
    actions: actions.map(named),
    reenter,
  };
}

/** Parameters that are functions have no name; those that are data are part of the structure. */
function named(reference: unknown): unknown {
  if (typeof reference === 'string') return reference;
  const { type, id, params } = reference as { type?: string; id?: string; params?: unknown };
  return [type ?? null, id ?? null, typeof params === 'function' ? null : (params ?? null)];
}
