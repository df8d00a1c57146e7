/** A fixed budget of simulated clusters; `npm run simulate` runs as many more as one likes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { once } from '../support/once.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { hunted as hunt, type Simulated, shown, simulate } from './ask.ts';
import { RULES } from './check/checker.ts';
import { SEEDS, SEEDS_HUNTED } from './counts.ts';
import { MUTANTS } from './mutants.ts';
import { OUTCOMES } from './outcomes.ts';
import { PAIRS } from './pairs.ts';
import { KEPT } from './regressions.ts';
import { FAULT_KINDS } from './scenario.ts';
import { pool } from './simulate.ts';
import { STATES } from './states.ts';

const PATIENCE_MS = 900_000;

/** The whole budget, and the hunt for the planted bugs, once for all tests. */
const simulated = once(async () => simulate(await pool(), { first: 0, seeds: SEEDS, lock: null, pairs: true }));
const hunted = once(async () => hunt(await pool(), { seeds: SEEDS_HUNTED, lock: null, mutant: null }));

/** Whatever breaks these breaks N3 or S4 first; check.test.ts shows that they can fail. */
const SHOWN_BY_HAND = ['S2', 'S3'];

describe('a fixed budget of simulated clusters', { timeout: PATIENCE_MS }, () => {
  test('breaks no rule', async () => {
    const { seeds, found } = await simulated();
    expect(seeds).toBe(SEEDS);
    expect(found.map(notice)).toEqual([]);
  });

  test('sees two refreshes at once where there is an excuse: it would see them without one', async () => {
    const { counts } = (await simulated()).reach;
    expect(counts.forgivenOverlaps).toBeGreaterThan(0);
    expect(counts.killedWhileRefreshing).toBeGreaterThan(0);
  });

  test('comes to every state of every machine', async () => {
    const { states } = (await simulated()).reach;
    expect(STATES.filter((state) => states[state] === undefined)).toEqual([]);
  });

  test('comes to every outcome', async () => {
    const { outcomes } = (await simulated()).reach;
    expect(OUTCOMES.filter((name) => outcomes[name] === undefined)).toEqual([]);
  });

  test('lets every kind of fault strike, in every state in which a run stays', async () => {
    const { faults, struck } = (await simulated()).reach;
    expect(FAULT_KINDS.filter((kind) => faults[kind] === undefined)).toEqual([]);
    expect(PAIRS.filter((pair) => struck[pair] === undefined)).toEqual([]);
  });
});

describe('a planted bug is found', { timeout: PATIENCE_MS }, () => {
  afterAll(async () => {
    for (const { mutant, seed, violation } of await hunted()) {
      console.log(`${mutant}: seed ${seed} breaks ${violation?.id}`);
    }
  });

  test.each(MUTANTS)('$name', async ({ name, foundBy }) => {
    const { seed, violation } = (await hunted()).find(({ mutant }) => mutant === name)!;
    expect(foundBy).toContain(violation?.id);
    expect(seed).toBeLessThan(SEEDS_HUNTED);
  });

  test('and every rule finds one', async () => {
    const finders = (await hunted()).map(({ violation }) => violation?.id);
    expect(RULES.map(({ id }) => id).filter((id) => !finders.includes(id) && !SHOWN_BY_HAND.includes(id))).toEqual([]);
  });
});

describe('the simulation', { timeout: PATIENCE_MS }, () => {
  test('goes the same way twice for the same seed', async () => {
    const seeds = [0, 1, 2, 3, 17, 42];
    const there = await (await pool()).ask('hashes', seeds);
    const back = await (await pool()).ask('hashes', seeds.toReversed());
    expect(back.toReversed()).toEqual(there);
    expect(new Set(there).size).toBe(seeds.length);
  });

  test.each(KEPT)('keeps to all rules in $file, where it once broke one', async ({ file, bug, breaks }) => {
    const scenario = join(import.meta.dirname, 'scenarios', file);
    expect((await show(scenario)).violation).toBeNull();
    expect((await show(scenario, bug)).violation?.id).toBe(breaks);
  });

  test('keeps every scenario that there is', () => {
    expect(readdirSync(join(import.meta.dirname, 'scenarios')).sort()).toEqual(KEPT.map(({ file }) => file));
  });

  test('shows a violation as the trace, the scenario and the recordings of its runs', async () => {
    const folder = tempFolder();
    const { violation } = await show('9', 'guardMissing', folder);
    expect(violation?.id).toBe('S1');
    expect(readdirSync(folder).sort()).toEqual(['runs', 'scenario.json', 'trace.jsonl']);
    expect(readdirSync(join(folder, 'runs')).length).toBeGreaterThan(1);
  });
});

/** One line for people, with the command that repeats it. */
function notice({ name, violation: { id, problem } }: Simulated['found'][number]): string {
  return `${id}: ${problem}; again: npm run simulate -- --show '${name}'`;
}

async function show(name: string, bug: string | null = null, folder = tempFolder()) {
  return shown(await pool(), name, folder, bug);
}
