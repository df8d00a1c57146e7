import { diceOf } from './draw.ts';
import { drawFault } from './draw-fault.ts';
import { setupsFor } from './fault-setups.ts';
import { withoutFaults } from './generate.ts';
import { FAULT_KINDS, type FaultKind, type Scenario } from './scenario.ts';
import { PLACES } from './states.ts';

/** Every fault in every state where it can strike, as `kill @ refresh.running`. */
export const PAIRS: readonly string[] = FAULT_KINDS.flatMap((kind) => PLACES.map((place) => `${kind} @ ${place}`));

/** Not every cluster comes to every state: so many are tried, one after the other. */
export const ATTEMPTS = 8;

/** Above all seeds that anybody draws from. */
const FIRST_SEED = 1_000_000_000;

/** Two nodes, and one fault in one state of the first. */
export function pairScenario(pair: string, attempt: number): Scenario {
  const [kind, state] = pair.split(' @ ') as [FaultKind, string];
  const calm = withoutFaults(FIRST_SEED + PAIRS.indexOf(pair) * ATTEMPTS + attempt);
  const [node] = calm.nodes;
  const nodes = [
    { ...node!, domain: 0, cronAtMs: 3_000 },
    { ...node!, domain: 0, cronAtMs: 1_000 },
  ];
  const braked = state.includes('Brake') ? { onRefreshFailure: 'brake' as const } : {};
  const settings = { ...calm.settings, ...braked };
  const scenario = { ...calm, settings, nodes, faultyPeriods: 2, healthyPeriods: 0 };
  const fault = drawFault(diceOf(scenario.seed, 'pair'), kind, 0, scenario);
  return { ...scenario, faults: [...setupsFor(state, 0, scenario), { ...fault, when: { state, nth: 1, afterMs: 0 } }] };
}
