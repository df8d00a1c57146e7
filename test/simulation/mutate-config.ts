import { type AnyStateMachine, StateMachine } from 'xstate';
import type { Services } from '../../machines/side-effects.ts';
import { withServices } from '../../machines/with-services.ts';

/** The plan of one state, as it stands in a machine's configuration. */
export interface Plan {
  states: Record<string, Plan>;
  on: Record<string, unknown>;
  after: Record<string, unknown>;
  always: unknown;
  entry: unknown;
  initial: string;
  invoke: { onDone: unknown; onError: unknown };
}

export type Operation = (root: Plan) => void;

/** The machines of a run after an operation on one of them; their actions, guards and delays stay what they are. */
export function operated(which: 'watcher' | 'clusterLock' | 'command', operation: Operation) {
  return (services: Services): ReturnType<typeof withServices> => {
    const machine = withServices(services);
    if (which === 'watcher') return rebuilt(machine, operation);
    const { actors } = machine.implementations;
    const parts = which === 'clusterLock' ? ['clusterLock'] : ['handbrake', 'refresh'];
    const changed = parts.map((part) => [part, rebuilt((actors as Record<string, AnyStateMachine>)[part]!, operation)]);
    return machine.provide({ actors: Object.fromEntries(changed) });
  };
}

function rebuilt<Machine extends AnyStateMachine>(machine: Machine, operation: Operation): Machine {
  const config = copy(machine.config) as unknown;
  operation(config as Plan);
  return new StateMachine(config as never, machine.implementations as never) as unknown as Machine;
}

/** Everything but functions is copied. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));
}
