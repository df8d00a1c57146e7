/** What `npm run simulate` and the tests ask of a pool of workers. */
import type { Hunt, JudgedScenario } from './batch.ts';
import { type BatchResult, type Found, sumOf } from './batch-result.ts';
import { MUTANTS, mutantNamed } from './mutants.ts';
import { PAIR_SHARES } from './pairs.ts';
import type { Pool } from './pool.ts';
import type { LockKind, Scenario } from './scenario.ts';

export { Pool } from './pool.ts';

export interface Simulated extends Omit<BatchResult, 'found'> {
  readonly found: readonly (Found & { readonly shrunk: Scenario })[];
}

interface Budget {
  readonly first: number;
  readonly seeds: number;
  readonly lock: LockKind | null;
  /** Whether every fault has to strike in every state. */
  readonly pairs: boolean;
}

/** So many at a time: all workers are busy until the end, and have no time to spend on asking. */
const SEEDS_AT_ONCE = 10;

/** The first few that break a rule are shrunk: what is wrong everywhere needs no more. */
const SHRUNK_MAX = 3;

export async function simulate(pool: Pool, { first, seeds, lock, pairs }: Budget): Promise<Simulated> {
  const end = first + seeds;
  const firsts = Array.from({ length: Math.ceil(seeds / SEEDS_AT_ONCE) }, (_, at) => first + at * SEEDS_AT_ONCE);
  const results = await Promise.all(
    firsts.map((from) => pool.ask('batch', from, Math.min(from + SEEDS_AT_ONCE, end), lock)),
  );
  if (pairs) {
    const struck = Object.keys(sumOf(results).reach.struck);
    const shares = Array.from({ length: PAIR_SHARES }, (_, share) => pool.ask('pairs', share, struck));
    results.push(...(await Promise.all(shares)));
  }
  const sum = sumOf(results);
  const found = sum.found.map(async (each, at) => ({
    ...each,
    shrunk: at < SHRUNK_MAX ? await pool.ask('shrunk', each.scenario, each.violation.id) : each.scenario,
  }));
  return { ...sum, found: await Promise.all(found) };
}

/** All planted bugs, or the one that is named. */
export function hunted(
  pool: Pool,
  { seeds, lock, mutant }: Pick<Budget, 'seeds' | 'lock'> & { readonly mutant: string | null },
): Promise<readonly Hunt[]> {
  const wanted = mutant === null ? MUTANTS : [mutantNamed(mutant)];
  return Promise.all(wanted.map(({ name }) => pool.ask('hunt', name, seeds, lock)));
}

/** What becomes of each of these scenarios. */
export function judged(pool: Pool, scenarios: readonly Scenario[]): Promise<readonly JudgedScenario[]> {
  return Promise.all(scenarios.map((scenario) => pool.ask('judged', scenario)));
}

/** Lets one scenario happen: its trace and its recordings are left in the folder. */
export async function shown(pool: Pool, name: string, folder: string, bug: string | null) {
  const mutant = bug === null ? null : mutantNamed(bug).name;
  return pool.ask('show', name, folder, mutant);
}
