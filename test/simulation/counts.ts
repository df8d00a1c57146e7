/** How much is simulated by `npm test`, as docs/testing.md tells it; simulation.test.ts holds each number. */
import { RULES } from './check/checker.ts';
import { MUTANTS } from './mutants.ts';
import { OUTCOMES } from './outcomes.ts';
import { PAIRS } from './pairs.ts';
import { KEPT } from './regressions.ts';
import { FAULT_KINDS, LOCKS } from './scenario.ts';
import { PLACES, STATES } from './states.ts';

/** The fixed budget, which comes to every state and outcome; CI simulates the seeds after these. */
export const SEEDS = 40;

/** Among so many seeds each planted bug is looked for. */
export const SEEDS_HUNTED = 350;

export const simulationCounts: readonly (readonly [string, number])[] = [
  ['seeds', SEEDS],
  ['lock services that are played', LOCKS.length],
  ['locks that need none: the file that nodes of one host share', 1],
  ['states of a run, its lock and its commands, all of which are come to', STATES.length],
  ['outcomes, all of which are come to', OUTCOMES.length],
  ['kinds of faults', FAULT_KINDS.length],
  ['states in which a run stays, so that a fault can strike it there', PLACES.length],
  ['faults in such a state, all of which strike', PAIRS.length],
  ['rules that every step is held against', RULES.length],
  [`planted bugs, all of which are found within ${SEEDS_HUNTED} seeds`, MUTANTS.length],
  ['scenarios kept because they once broke a rule', KEPT.length],
];
