import type { Services } from '../../machines/side-effects.ts';
import { withServices } from '../../machines/with-services.ts';

/** A bug that is planted into the machines, or into what the world does for them. The checkers know nothing of it. */
export interface Mutant {
  readonly name: string;
  /** The machine of a run with its services plugged in. */
  machine(services: Services): ReturnType<typeof withServices>;
  readonly plants: ReadonlySet<Plant>;
  /** The invariants that it must be found by, one of them. */
  readonly foundBy: readonly string[];
  /** The seed that showed it the last time; it is tried first. */
  readonly lastSeed: number;
}

/** Bugs of drivers and services: each is one switch, in the world that is played or in the driver as it was built. */
export type Plant =
  | 'leaseFromReply'
  | 'goneIgnored'
  | 'adoptedByHost'
  | 'renewalUnbounded'
  | 'runLockByAge'
  | 'ownerByPidAlone'
  | 'guardIsOrphan'
  | 'orphanOverlooked'
  | 'noteOfTwoLines'
  | 'statisticsLost'
  | 'countersForgotten'
  | 'generationsLost'
  | 'generationsOfFailedLost'
  | 'memoryLost'
  | 'refreshForgotten'
  | 'primerForgotten'
  | 'intentMissing'
  | 'intentEndsFirst'
  | 'contentUnflushed'
  | 'namesUnflushed'
  | 'writtenInPlace'
  | 'releaseByKey'
  | 'guardMissing'
  | 'refreshHelpsNothing'
  | 'pendingIsHeld'
  | 'endingOverlooked'
  | 'placeOutlives'
  | 'commandUnseen'
  | 'oldProcessUnseen'
  | 'missingPodsUnseen'
  | 'unverifiedIsEffective';

/** Switches the bugs on that the runner has built into the drivers, and all others off. */
export function plant({ plants }: Mutant): void {
  Reflect.set(globalThis, 'planted', plants);
}

/** The program as it is. */
export const NO_MUTANT: Mutant = { name: 'none', machine: withServices, plants: new Set(), foundBy: [], lastSeed: 0 };
