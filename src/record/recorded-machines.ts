import type { AnyStateMachine } from 'xstate';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import { watcherMachine } from '../../machines/watcher.ts';

/** The machines whose events are recorded, by the id of their actors. Services and child processes are no machines. */
export const RECORDED_MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  watcher: watcherMachine,
  clusterLock: clusterLockMachine,
  handbrake: commandMachine,
  refresh: commandMachine,
  verify: commandMachine,
};

/** The machine of the run itself: the others are its children. */
export const RUN = 'watcher';

/** Commands run several times in a run: their names are numbered, `handbrake#2`. */
const NUMBERED: ReadonlySet<string> = new Set(['handbrake', 'refresh', 'verify']);

/** The name of the `number`th actor with this id, counted from 1. */
export function actorName(id: string, number: number): string {
  return NUMBERED.has(id) ? `${id}#${number}` : id;
}

/** The id of the actor with this name. */
export function actorId(name: string): string {
  return name.split('#', 1)[0]!;
}
