import type { Violation } from './check/checker.ts';
import { emptyReach, type Reach } from './reach.ts';
import type { Scenario } from './scenario.ts';

export interface Found {
  /** What shows it again: a seed, or a fault in a state and which try that was. */
  readonly name: string;
  readonly violation: Violation;
  readonly scenario: Scenario;
}

export interface BatchResult {
  seeds: number;
  simulatedMs: number;
  readonly found: Found[];
  readonly reach: Reach;
}

export function nothingYet(): BatchResult {
  return { seeds: 0, simulatedMs: 0, found: [], reach: emptyReach() };
}

export function sumOf(results: readonly BatchResult[]): BatchResult {
  return results.reduce(merged, nothingYet());
}

function merged(one: BatchResult, other: BatchResult): BatchResult {
  return {
    seeds: one.seeds + other.seeds,
    simulatedMs: one.simulatedMs + other.simulatedMs,
    found: [...one.found, ...other.found],
    reach: {
      states: added(one.reach.states, other.reach.states),
      outcomes: added(one.reach.outcomes, other.reach.outcomes),
      faults: added(one.reach.faults, other.reach.faults),
      struck: added(one.reach.struck, other.reach.struck),
      counts: added(one.reach.counts, other.reach.counts),
    },
  };
}

function added<Name extends string>(one: Record<Name, number>, other: Record<Name, number>): Record<Name, number> {
  const sum = { ...one };
  for (const name of Object.keys(other) as Name[]) sum[name] = (sum[name] ?? 0) + other[name];
  return sum;
}
