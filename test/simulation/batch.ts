/** What one worker process does: a batch of scenarios, told to its parent as one line of JSON. */
import { createHash } from 'node:crypto';
import type { Violation } from './check/checker.ts';
import { generate } from './generate.ts';
import { judge } from './judge.ts';
import { NO_MUTANT } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { ATTEMPTS, PAIRS, pairScenario } from './pairs.ts';
import { emptyReach, type Reach, reach } from './reach.ts';
import type { LockKind, Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface Found {
  /** What shows it again: a seed, or a fault in a state and which try that was. */
  readonly name: string;
  readonly violation: Violation;
  readonly shrunk: Scenario;
}

export interface BatchResult {
  seeds: number;
  simulatedMs: number;
  readonly found: Found[];
  readonly reach: Reach;
}

/** The seeds from `first`, every `step`-th, below `end`; with one lock in all of them where that is named. */
export async function runBatch(first: number, end: number, step: number, lock?: LockKind): Promise<BatchResult> {
  const result = nothingYet();
  for (let seed = first; seed < end; seed += step) {
    await run(String(seed), withLock(generate(seed), lock), result);
    result.seeds += 1;
  }
  return result;
}

function withLock(scenario: Scenario, lock: LockKind | undefined): Scenario {
  return lock === undefined ? scenario : { ...scenario, lock };
}

/**
 * This worker’s share of all faults in all states but those that have struck already: two at a time, each on a node of its
 * own, and then by itself, in other clusters, whatever it did not come to.
 */
export async function runPairs(share: number, shares: number, struck: readonly string[]): Promise<BatchResult> {
  const result = nothingYet();
  const isLeft = (pair: string) => result.reach.struck[pair] === undefined;
  const attempt = (pairs: readonly string[], nth: number) =>
    run(`${pairs.join(' + ')} / ${nth}`, pairScenario(pairs, nth), result);
  const missing = PAIRS.filter((pair) => !struck.includes(pair)).filter((_, index) => index % shares === share);
  // Neighbours in the list are of one kind; these have hardly anything in common.
  const half = Math.ceil(missing.length / 2);
  for (const [index, pair] of missing.slice(0, half).entries()) {
    const couple = [pair, ...missing.slice(half + index, half + index + 1)].filter(isLeft);
    if (couple.length > 0) await attempt(couple, 0);
  }
  for (const pair of missing) {
    for (let nth = 0; nth < ATTEMPTS && isLeft(pair); nth += 1) await attempt([pair], nth);
  }
  return result;
}

function nothingYet(): BatchResult {
  return { seeds: 0, simulatedMs: 0, found: [], reach: emptyReach() };
}

/** The first few that break a rule are shrunk: what is wrong everywhere needs no more. */
const SHRUNK_MAX = 3;

async function run(name: string, scenario: Scenario, into: BatchResult): Promise<void> {
  const { violation, simulatedMs } = await judge(scenario, {
    tell: (fact, checker) => reach(into.reach, fact, checker),
  });
  into.simulatedMs += simulatedMs;
  if (violation === null) return;
  const isEarly = into.found.length < SHRUNK_MAX;
  into.found.push({ name, violation, shrunk: isEarly ? await shrink(scenario, violation.id, NO_MUTANT) : scenario });
}

export interface Hunt {
  readonly mutant: string;
  readonly expected: readonly string[];
  readonly seed: number | null;
  readonly violation: Violation | null;
}

interface Only {
  readonly lock: LockKind | undefined;
  readonly mutant: string | undefined;
}

/** Looks for the planted bugs of this worker's share: the first seed that shows each by an invariant that it must break. */
export async function hunt(share: number, shares: number, seedsMax: number, only: Only): Promise<Hunt[]> {
  const hunts: Hunt[] = [];
  const wanted = MUTANTS.filter(({ name }) => only.mutant === undefined || name === only.mutant);
  for (const [index, mutant] of wanted.entries()) {
    if (index % shares !== share) continue;
    let result: Hunt = { mutant: mutant.name, expected: mutant.foundBy, seed: null, violation: null };
    const seeds = [mutant.lastSeed, ...Array.from({ length: seedsMax }, (_, seed) => seed)];
    for (const seed of seeds) {
      if (result.seed !== null) break;
      const { violation } = await judge(withLock(generate(seed), only.lock), { mutant });
      if (violation !== null && mutant.foundBy.includes(violation.id)) result = { ...result, seed, violation };
    }
    hunts.push(result);
  }
  return hunts;
}

export interface JudgedScenario {
  readonly violation: Violation | null;
  /** The nodes whose refresh command started, each time that it did. */
  readonly refreshes: readonly number[];
  /** When the lock was granted, and a refresh began and was gone, each time, in simulated milliseconds. */
  readonly times: Readonly<Record<Timed, readonly number[]>>;
}

type Timed = 'lockGranted' | 'refreshStarted' | 'refreshGone';

/** What becomes of one scenario. */
export async function judged(scenario: Scenario): Promise<JudgedScenario> {
  const refreshes: number[] = [];
  const times: Record<Timed, number[]> = { lockGranted: [], refreshStarted: [], refreshGone: [] };
  const { violation } = await judge(scenario, {
    tell: (fact) => {
      if (fact.what === 'refreshStarted') refreshes.push(fact.node);
      if (fact.what in times) times[fact.what as Timed].push(fact.atMs);
    },
  });
  return { violation, refreshes, times };
}

/** A hash over everything that happens: equal for equal seeds. */
export async function traceHash(seed: number): Promise<string> {
  const hash = createHash('sha256');
  await judge(generate(seed), { tell: (fact) => hash.update(`${JSON.stringify(fact)}\n`) });
  return hash.digest('hex');
}
