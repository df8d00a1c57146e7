import type { Services } from '../../machines/side-effects.ts';
import type { withServices } from '../../machines/with-services.ts';
import type { Mutant } from './mutant.ts';

type Machine = ReturnType<typeof withServices>;

export interface Slot {
  readonly machine: Machine;
  /** The run is over: another may have the machine. */
  giveBack(): void;
}

const free = new WeakMap<Mutant, { machine: Machine; plug(services: Services): void }[]>();

/**
 * A machine with these services plugged in. To plug services in takes longer than a whole simulated run, so machines are
 * used again: they are plans, all that a run knows is in its actor.
 */
export function takeMachine(mutant: Mutant, services: Services): Slot {
  const pool = free.get(mutant) ?? [];
  free.set(mutant, pool);
  const slot = pool.pop() ?? build(mutant);
  slot.plug(services);
  return { machine: slot.machine, giveBack: () => pool.push(slot) };
}

function build(mutant: Mutant) {
  let plugged: Services | null = null;
  const now = () => plugged!;
  const machine = mutant.machine({
    checkRunLock: (input, signal) => now().checkRunLock(input, signal),
    checkReadiness: (input, signal) => now().checkReadiness(input, signal),
    takeRunLock: (input, signal) => now().takeRunLock(input, signal),
    readPrimer: (input, signal) => now().readPrimer(input, signal),
    resolveGroups: (input, signal) => now().resolveGroups(input, signal),
    lookAtHaproxy: (input, signal) => now().lookAtHaproxy(input, signal),
    writeReport: (input, signal) => now().writeReport(input, signal),
    readBrake: (input, signal) => now().readBrake(input, signal),
    writeBrake: (input, signal) => now().writeBrake(input, signal),
    readNodeRecord: (input, signal) => now().readNodeRecord(input, signal),
    writeNodeRecord: (input, signal) => now().writeNodeRecord(input, signal),
    dropRunLock: (input, signal) => now().dropRunLock(input, signal),
    requestLock: (input, signal) => now().requestLock(input, signal),
    checkLock: (input, signal) => now().checkLock(input, signal),
    renewLock: (input, signal) => now().renewLock(input, signal),
    releaseLock: (input, signal) => now().releaseLock(input, signal),
    child: (input, tell, listen) => now().child(input, tell, listen),
  });
  return {
    machine,
    plug(services: Services) {
      plugged = services;
    },
  };
}
