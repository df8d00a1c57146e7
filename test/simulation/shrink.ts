import { judge } from './judge.ts';
import type { Scenario } from './scenario.ts';

const TRIES_MAX = 200;

/** The smallest scenario found that still breaks the same rule: fewer faults, fewer nodes, fewer changes, less time. */
export async function shrunk(scenario: Scenario, id: string): Promise<Scenario> {
  let smallest = scenario;
  let tries = 0;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerOnes(smallest)) {
      tries += 1;
      if (tries > TRIES_MAX) return smallest;
      const { violation } = await judge(smaller);
      if (violation?.id !== id) continue;
      smallest = smaller;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* smallerOnes(scenario: Scenario): Generator<Scenario> {
  const { faults, nodes, changes, healthyPeriods, faultyPeriods } = scenario;
  if (healthyPeriods > 0) yield { ...scenario, healthyPeriods: 0 };
  if (scenario.permanent !== null) yield { ...scenario, permanent: null };
  if (faultyPeriods > 1) yield { ...scenario, faultyPeriods: faultyPeriods - 1 };
  // Only the last node can go: the names of the others, and all that is drawn for them, stay.
  const last = nodes.length - 1;
  if (last > 0) yield withoutNode(scenario, last);
  for (const fault of faults) yield { ...scenario, faults: faults.filter((each) => each !== fault) };
  for (const change of changes) yield { ...scenario, changes: changes.filter((each) => each !== change) };
}

function withoutNode(scenario: Scenario, last: number): Scenario {
  const { nodes, faults, permanent } = scenario;
  return {
    ...scenario,
    nodes: nodes.slice(0, last),
    faults: faults.filter(({ node }) => node !== last),
    permanent: permanent?.node === last ? null : permanent,
  };
}
