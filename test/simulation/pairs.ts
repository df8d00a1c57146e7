import { diceOf } from './draw.ts';
import { drawFault, otherSignal } from './draw-fault.ts';
import { setupsFor } from './fault-setups.ts';
import { serviceOf, verifyFor, withoutFaults } from './generate.ts';
import { FAULT_KINDS, type Fault, type FaultKind, type Scenario } from './scenario.ts';
import { PLACES } from './states.ts';

/** Every fault in every state where it can strike, as `kill @ refresh.running`. */
export const PAIRS: readonly string[] = FAULT_KINDS.flatMap((kind) => PLACES.map((place) => `${kind} @ ${place}`));

/** Two kinds of faults each, whatever the number of workers: the same clusters are simulated everywhere. */
export const PAIR_SHARES = Math.ceil(FAULT_KINDS.length / 2);

/** Not every cluster comes to every state: so many are tried, one after the other. */
export const ATTEMPTS = 8;

/** Above all seeds that anybody draws from. */
const FIRST_SEED = 1_000_000_000;

/** Two nodes, and for each at most one fault in one state. */
export function pairScenario(pairs: readonly string[], attempt: number): Scenario {
  const calm = withoutFaults(FIRST_SEED + PAIRS.indexOf(pairs[0]!) * ATTEMPTS + attempt);
  const [node] = calm.nodes;
  const nodes = [
    { ...node!, domain: 0, cronAtMs: 3_000 },
    { ...node!, domain: 0, cronAtMs: 1_000 },
  ];
  const braked = pairs.some((pair) => pair.includes('Brake')) ? { onRefreshFailure: 'brake' as const } : {};
  const verify = pairs.some((pair) => /verifying|haproxy/.test(pair)) ? verifyFor(10_000) : null;
  const settings = { ...calm.settings, ...braked, verify };
  // On the way to a file nothing can be lost, and some of these states need that.
  const lock = serviceOf(calm.seed);
  const scenario = { ...calm, lock, settings, nodes, faultyPeriods: 2, healthyPeriods: 0 };
  return { ...scenario, faults: pairs.flatMap((pair, node) => faultsOf(pair, node, scenario)) };
}

function faultsOf(pair: string, node: number, scenario: Scenario): Fault[] {
  const [kind, state] = pair.split(' @ ') as [FaultKind, string];
  const drawn = drawFault(diceOf(scenario.seed, 'pair', node), kind, node, scenario);
  const size = kind === 'otherSignal' ? otherSignal(PLACES.indexOf(state)) : drawn.size;
  return [...setupsFor(state, node, scenario), { ...drawn, size, when: { state, nth: 1, afterMs: 0 } }];
}
