/** A fixed budget of simulated clusters; `npm run simulate` runs as many more as one likes. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../src/exit-codes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { BatchResult, Hunt } from './batch.ts';
import { MUTANTS } from './mutants.ts';
import { PLACES, STATES } from './places.ts';
import { FAULT_KINDS } from './scenario.ts';

const SEEDS = 800;
const PATIENCE_MS = 900_000;

/** What strikes a process wherever it stands. */
const OF_A_PROCESS = ['kill', 'stop', 'term', 'suspend'] as const;

/** Passing trouble: to be struck there needs more luck than a fixed budget has. */
const RARE: readonly string[] = [
  'clusterLock.leased.standing.troubled',
  'clusterLock.leased.lease.vouched.retrying',
  'handbrake.killing',
];

let budget: Promise<BatchResult> | null = null;

/** The whole budget, once for all tests. */
function simulated(): Promise<BatchResult> {
  budget ??= simulate('--seeds', String(SEEDS)) as Promise<BatchResult>;
  return budget;
}

describe('a fixed budget of simulated clusters', { timeout: PATIENCE_MS }, () => {
  test('breaks no rule', async () => {
    const { seeds, found } = await simulated();
    expect(seeds).toBe(SEEDS);
    expect(found.map(({ seed, violation }) => `seed ${seed}: ${violation.id}: ${violation.problem}`)).toEqual([]);
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
    expect(outcomeNames().filter((name) => outcomes[name] === undefined)).toEqual([]);
  });

  test('lets every kind of fault strike', async () => {
    const { faults } = (await simulated()).reach;
    expect(FAULT_KINDS.filter((kind) => faults[kind] === undefined)).toEqual([]);
  });

  test('kills, stops, ends and suspends a run in every state where it waits', async () => {
    const { struck } = (await simulated()).reach;
    const pairs = OF_A_PROCESS.flatMap((kind) =>
      PLACES.filter((place) => !RARE.includes(place)).map((place) => `${kind} @ ${place}`),
    );
    expect(pairs.filter((pair) => struck[pair] === undefined)).toEqual([]);
  });
});

describe('the simulation', { timeout: PATIENCE_MS }, () => {
  test('finds every planted bug, by an invariant that it breaks', async () => {
    const hunts = (await simulate('--mutants', '--seeds', '100')) as readonly Hunt[];
    expect(hunts.length).toBe(MUTANTS.length);
    for (const { mutant, expected, violation } of hunts) expect(expected, mutant).toContain(violation?.id);
  });

  test('goes the same way twice for the same seed', async () => {
    const seeds = [0, 1, 2, 3, 17, 42];
    const once = await simulate('--hash', seeds.join(','));
    const again = await simulate('--hash', [...seeds].reverse().join(','));
    expect((again as string[]).toReversed()).toEqual(once);
    expect(new Set(once as string[]).size).toBe(seeds.length);
  });

  test('leaves the runs of a scenario as recordings', async () => {
    const folder = tempFolder();
    await simulate('--show', '3', '--out', folder);
    expect(readdirSync(folder).sort()).toEqual(['runs', 'scenario.json', 'trace.jsonl']);
    expect(readdirSync(join(folder, 'runs')).length).toBeGreaterThan(0);
  });
});

/** Runs the runner, and answers what it says: it ends with 1 when a rule was broken, and says so all the same. */
function simulate(...words: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const runner = join(import.meta.dirname, 'run.mjs');
    execFile(process.execPath, [runner, '--json', ...words], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      try {
        resolve(words.includes('--show') ? stdout : JSON.parse(stdout));
      } catch {
        reject(error ?? new Error(stderr));
      }
    });
  });
}

/** What nothing in the simulated world leads to: it has no way to break a machine, and its drivers deny or are down. */
const NEVER = ['failed/unexpected', 'failed/aborted', 'failed/lockUnavailable'];

function outcomeNames(): readonly string[] {
  return EXIT_CODES.flatMap(({ when }) => [...when])
    .flatMap((name) => (name === 'unchanged' ? ['unchanged/noDifference', 'unchanged/noLongerNeeded'] : [name]))
    .filter((name, at, all) => all.indexOf(name) === at && !NEVER.includes(name));
}
