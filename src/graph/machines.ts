import type { AnyStateMachine } from 'xstate';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import { watcherMachine } from '../../machines/watcher.ts';

/** Every machine of a run by its name, the one that invokes the others first. */
export const MACHINES = {
  watcher: watcherMachine,
  clusterLock: clusterLockMachine,
  command: commandMachine,
} as const satisfies Record<string, AnyStateMachine>;

export type MachineName = keyof typeof MACHINES;

export const MACHINE_NAMES = Object.keys(MACHINES) as MachineName[];
