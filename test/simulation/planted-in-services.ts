import { withServices } from '../../machines/with-services.ts';
import type { Mutant, Plant } from './mutant.ts';

/** Bugs of drivers, of servers and of what a run does on its node, and the rules that each must break one of. */
const PLANTS: Readonly<Record<Plant, readonly string[]>> = {
  leaseFromReply: ['S6b', 'S1', 'S6', 'S6c'],
  goneIgnored: ['S1', 'S6', 'S7', 'S10'],
  adoptedByHost: ['S4', 'S6', 'S9'],
  renewalUnbounded: ['L3'],
  runLockByAge: ['N1'],
  ownerByPidAlone: ['L2'],
  guardIsOrphan: ['D2', 'L2'],
  orphanOverlooked: ['N2'],
  noteOfTwoLines: ['D10'],
  statisticsLost: ['D2'],
  countersForgotten: ['D1'],
  generationsLost: ['D4'],
  generationsOfFailedLost: ['D4'],
  memoryLost: ['D6'],
  refreshForgotten: ['D8'],
  primerForgotten: ['D9'],
  intentEndsFirst: ['D2'],
  contentUnflushed: ['D7'],
  namesUnflushed: ['D7'],
  writtenInPlace: ['D7'],
  releaseByKey: ['S10'],
  guardMissing: ['N3', 'S1', 'N2', 'S6c'],
  intentMissing: ['S4', 'S9'],
  pendingIsHeld: ['S4', 'S6', 'S1', 'S9'],
  refreshHelpsNothing: ['L5'],
  endingOverlooked: ['S1'],
  placeOutlives: ['L4', 'L9'],
  commandUnseen: ['N4'],
  oldProcessUnseen: ['V1'],
  missingPodsUnseen: ['V1'],
  unverifiedIsEffective: ['D9'],
};

export const PLANTED_IN_SERVICES: readonly Omit<Mutant, 'lastSeed'>[] = Object.entries(PLANTS).map(
  ([plant, foundBy]) => ({ name: plant, machine: withServices, plants: new Set([plant as Plant]), foundBy }),
);
