import type { Mutant } from './mutant.ts';
import { PLANTED_IN_MACHINES } from './planted-in-machines.ts';
import { PLANTED_IN_SERVICES } from './planted-in-services.ts';

/** Which seed found each the last time, as `npm run simulate -- --mutants` says; it is tried before all others. */
const LAST_SEEDS: Readonly<Record<string, number>> = {
  'a lost lock stops no refresh': 1,
  'a renewal that is refused is no loss': 1,
  'it renews when the lease is over': 1,
  'it tries once to give back': 5,
  'one renewal that is refused ends the lock': 5,
  'the delay never ends': 1,
  countersForgotten: 1,
  generationsOfFailedLost: 1,
  primerForgotten: 1,
  'the brake is looked at and passed': 35,
  'every mark on the board stops everybody': 35,
  'a failed refresh is not marked': 35,
  'the end of the lease is not enforced': 3,
  'a handbrake may hang': 2,
  leaseFromReply: 3,
  'the delay is left out': 3,
  pendingIsHeld: 4,
  renewalUnbounded: 31,
  'a refresh that fails is tried again': 8,
  'any end of a refresh is a good one': 8,
  guardMissing: 9,
  guardIsOrphan: 9,
  noteOfTwoLines: 9,
  orphanOverlooked: 9,
  ownerByPidAlone: 9,
  'it asks once in a lease': 11,
  releaseByKey: 11,
  runLockByAge: 11,
  'the budget is not enforced': 23,
  'the lock is released before the command is dead': 11,
  refreshHelpsNothing: 18,
  'refreshes for the same pods again and again': 19,
  'refreshes as soon as it can': 26,
  'what had to be stopped is not reported': 46,
  'a signal is not heard while the cluster settles': 23,
  'nothing limits a command': 27,
  'it tries to give back for ever': 29,
  'a refresh that may finish outlives its lease': 31,
  'a renewal that is refused counts as a good one': 31,
  'what has not started is finished all the same': 31,
  'an answer without authority is believed': 33,
  adoptedByHost: 35,
  'a forced run asks no handbrake': 40,
  goneIgnored: 30,
  commandUnseen: 39,
  endingOverlooked: 191,
  placeOutlives: 151,
  contentUnflushed: 61,
  intentEndsFirst: 87,
  namesUnflushed: 61,
  'it never backs off': 73,
  'an answer that is old is believed': 95,
  'an orphan is in nobody’s way': 122,
  writtenInPlace: 321,
  'what a command leaves running is nobody’s business': 86,
  'the exit of a refresh is believed': 1,
  'a HAProxy that cannot be asked has confirmed': 34,
  'a verification that is over went well': 45,
  'HAProxy is asked once': 29,
  'HAProxy is asked without a limit': 45,
  'the lock is given back while HAProxy is asked': 1,
  oldProcessUnseen: 9,
  missingPodsUnseen: 45,
  unverifiedIsEffective: 34,
  'a dry run takes the lock': 325,
};

/** Bugs that the simulation must find, each by one of the rules named. */
export const MUTANTS: readonly Mutant[] = [...PLANTED_IN_SERVICES, ...PLANTED_IN_MACHINES].map((mutant) => ({
  ...mutant,
  lastSeed: LAST_SEEDS[mutant.name] ?? 0,
}));

export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`no planted bug is named ${name}; --mutants lists them`);
  return mutant;
}
