/** What one worker process does: a batch of seeds, told to its parent as one line of JSON. */
import { createHash } from 'node:crypto';
import type { Violation } from './check/checker.ts';
import { generate } from './generate.ts';
import { judge } from './judge.ts';
import { NO_MUTANT } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { emptyReach, type Reach, reach } from './reach.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface Found {
  readonly seed: number;
  readonly violation: Violation;
  readonly shrunk: Scenario;
}

export interface BatchResult {
  readonly seeds: number;
  readonly simulatedMs: number;
  readonly found: readonly Found[];
  readonly reach: Reach;
}

/** The seeds from `first`, every `step`-th, below `end`. */
export async function runBatch(first: number, end: number, step: number): Promise<BatchResult> {
  const counted = emptyReach();
  const found: Found[] = [];
  let simulatedMs = 0;
  let seeds = 0;
  for (let seed = first; seed < end; seed += step) {
    const scenario = generate(seed);
    const judged = await judge(scenario, { tell: (fact, checker) => reach(counted, fact, checker) });
    simulatedMs += judged.simulatedMs;
    seeds += 1;
    if (judged.violation === null) continue;
    const shrunk = found.length < 3 ? await shrink(scenario, judged.violation.id, NO_MUTANT) : scenario;
    found.push({ seed, violation: judged.violation, shrunk });
  }
  return { seeds, simulatedMs, found, reach: counted };
}

export interface Hunt {
  readonly mutant: string;
  readonly expected: readonly string[];
  readonly seed: number | null;
  readonly violation: Violation | null;
}

/** Looks for the planted bugs of this worker's share: the first seed that shows each by an invariant that it must break. */
export async function hunt(share: number, shares: number, seedsMax: number): Promise<Hunt[]> {
  const hunts: Hunt[] = [];
  for (const [index, mutant] of MUTANTS.entries()) {
    if (index % shares !== share) continue;
    let result: Hunt = { mutant: mutant.name, expected: mutant.foundBy, seed: null, violation: null };
    const seeds = [mutant.lastSeed, ...Array.from({ length: seedsMax }, (_, seed) => seed)];
    for (const seed of seeds) {
      if (result.seed !== null) break;
      const { violation } = await judge(generate(seed), { mutant });
      if (violation !== null && mutant.foundBy.includes(violation.id)) result = { ...result, seed, violation };
    }
    hunts.push(result);
  }
  return hunts;
}

/** A hash over everything that happens: equal for equal seeds. */
export async function traceHash(seed: number): Promise<string> {
  const hash = createHash('sha256');
  await judge(generate(seed), { tell: (fact) => hash.update(`${JSON.stringify(fact)}\n`) });
  return hash.digest('hex');
}
