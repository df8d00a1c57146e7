/** What a worker process does with scenarios. */
import { createHash } from 'node:crypto';
import { type BatchResult, nothingYet } from './batch-result.ts';
import type { Violation } from './check/checker.ts';
import { generate } from './generate.ts';
import { judge } from './judge.ts';
import { mutantNamed } from './mutants.ts';
import { reach } from './reach.ts';
import type { LockKind, Scenario } from './scenario.ts';

/** The seeds from `first` on below `end`; with one lock in all of them where that is named. */
export async function runBatch(first: number, end: number, lock: LockKind | null): Promise<BatchResult> {
  const result = nothingYet();
  for (let seed = first; seed < end; seed += 1) {
    await run(String(seed), withLock(generate(seed), lock), result);
    result.seeds += 1;
  }
  return result;
}

function withLock(scenario: Scenario, lock: LockKind | null): Scenario {
  return lock === null ? scenario : { ...scenario, lock };
}

/** Lets a scenario happen, and adds what comes of it. */
export async function run(name: string, scenario: Scenario, into: BatchResult): Promise<void> {
  const { violation, simulatedMs } = await judge(scenario, {
    tell: (fact, checker) => reach(into.reach, fact, checker),
  });
  into.simulatedMs += simulatedMs;
  if (violation !== null) into.found.push({ name, violation, scenario });
}

export interface Hunt {
  readonly mutant: string;
  readonly seed: number | null;
  readonly violation: Violation | null;
}

/** Looks for a planted bug: the first seed that shows it by a rule that it must break. */
export async function hunt(name: string, seedsMax: number, lock: LockKind | null): Promise<Hunt> {
  const mutant = mutantNamed(name);
  const seeds = [mutant.lastSeed, ...Array.from({ length: seedsMax }, (_, seed) => seed)];
  for (const seed of seeds) {
    const { violation } = await judge(withLock(generate(seed), lock), { mutant });
    if (violation !== null && mutant.foundBy.includes(violation.id)) return { mutant: name, seed, violation };
  }
  return { mutant: name, seed: null, violation: null };
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

/** A hash over everything that happens, for each seed, one after another: equal for equal seeds. */
export async function hashes(seeds: readonly number[]): Promise<readonly string[]> {
  const traces: string[] = [];
  for (const seed of seeds) {
    const hash = createHash('sha256');
    await judge(generate(seed), { tell: (fact) => hash.update(`${JSON.stringify(fact)}\n`) });
    traces.push(hash.digest('hex'));
  }
  return traces;
}
