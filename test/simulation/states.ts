import type { AnyStateMachine } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { clusterLockMachine } from '../../machines/cluster-lock.ts';
import { commandMachine } from '../../machines/command.ts';
import { watcherMachine } from '../../machines/watcher.ts';

const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  watcher: watcherMachine,
  clusterLock: clusterLockMachine,
  handbrake: commandMachine,
  refresh: commandMachine,
};

/**
 * A command that asks another balancer than HAProxy is not simulated: test/machines/watcher-verifying.test.ts has it. And
 * only a refresh may be one that KILL does not end.
 */
const NOT_SIMULATED = /\bverifying\.runningVerifyCommand$|^handbrake\.(?:lookingAgain|outliving)$/;

/** Every innermost state of every machine in a run, as `refresh.running`: taken from the machines, never written down. */
export const STATES: readonly string[] = Object.entries(MACHINES).flatMap(([actor, machine]) =>
  getStateNodes(machine)
    .filter(({ type }) => type === 'atomic' || type === 'final')
    .map(({ path }) => `${actor}.${path.join('.')}`)
    .filter((state) => !NOT_SIMULATED.test(state)),
);

/** What is asked there is answered before anything else can happen. */
const ANSWERED_AT_ONCE = /^refresh\.lookingAgain$/;

/** The states in which a run stays until something happens: only there can anything strike it. */
export const PLACES: readonly string[] = Object.entries(MACHINES).flatMap(([actor, machine]) =>
  getStateNodes(machine)
    .filter((node) => node.type === 'atomic' && !isPassedThrough(node.always))
    .map(({ path }) => `${actor}.${path.join('.')}`)
    .filter((state) => !NOT_SIMULATED.test(state) && !ANSWERED_AT_ONCE.test(state)),
);

/** True when one of its transitions is always open. */
function isPassedThrough(always: readonly { readonly guard?: unknown }[] | undefined): boolean {
  return always?.some(({ guard }) => guard === undefined) ?? false;
}
