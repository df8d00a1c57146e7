/**
 * Simulates as many clusters as asked for, on all cores, and exits with 0 only when no rule was ever broken.
 *
 *   node test/simulation/run.mjs [--seeds N] [--seed START] [--jobs J] [--lock NAME] [--pairs] [--json]
 *   node test/simulation/run.mjs --show NAME|scenario.json [--mutant NAME] [--out FOLDER]
 *   node test/simulation/run.mjs --mutants [--mutant NAME] [--lock NAME] [--seeds N]
 *   node test/simulation/run.mjs --hash SEED,SEED
 *   node test/simulation/run.mjs --scenarios scenarios.json
 *   node test/simulation/run.mjs --build FILE
 *
 * --pairs lets every fault strike in every state in which no seed let it. --show is one scenario, by its seed or its name:
 * its trace, and its runs as recordings. --mutants are the planted bugs and the seed that finds each. --hash are hashes of
 * traces. --scenarios are judged as they stand in a file, in a list. --build only bundles the worker that the
 * tests ask (simulate.ts).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { exportsOf } from './exports-of.mjs';
import { simulatedHost } from './node/plugin.mjs';
import { planted } from './planted.mjs';

const USAGE =
  'npm run simulate -- [--seeds N] [--seed START] [--jobs J] [--lock NAME] [--pairs] [--json] [--mutants] [--hash SEED,SEED] ' +
  '[--scenarios FILE] [--show SEED|scenario.json [--mutant NAME] [--out FOLDER]]';

const given = readArguments({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    lock: { type: 'string' },
    json: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    pairs: { type: 'boolean', default: false },
    show: { type: 'string' },
    out: { type: 'string' },
    hash: { type: 'string' },
    scenarios: { type: 'string' },
    build: { type: 'string' },
  },
});

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'watcher-simulation-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const program = given.build ?? join(folder, 'worker.cjs');
const lock = given.lock ?? null;
const jobs = Math.max(1, count('jobs'));
await bundle(program);

if (given.build === undefined) {
  const { Pool, ...ask } = await exportsOf('ask.ts');
  const pool = new Pool(program, jobs);
  try {
    await answer(pool, ask);
  } catch (error) {
    console.error(`simulate: ${error.message}`);
    process.exitCode = 70;
  } finally {
    pool.end();
  }
}

async function answer(pool, ask) {
  if (given.show !== undefined) await showOne(pool, ask, given.show);
  else if (given.hash !== undefined)
    console.log(JSON.stringify(await pool.ask('hashes', given.hash.split(',').map(Number))));
  else if (given.scenarios !== undefined) {
    console.log(JSON.stringify(await ask.judged(pool, JSON.parse(readFileSync(given.scenarios, 'utf8')))));
  } else if (given.mutants) await huntMutants(pool, ask);
  else await simulate(pool, ask);
}

/** The worker, with planted bugs that can be switched on, over a simulated host. */
async function bundle(outfile) {
  await build({
    entryPoints: [join(here, 'worker.ts')],
    plugins: [await planted(), simulatedHost()],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    logLevel: 'error',
  });
}

/** A line is all that a wrong word is worth. */
function readArguments(config) {
  try {
    const { values } = parseArgs(config);
    if (!values.help) return values;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    console.error(`simulate: ${error.message.split('. ')[0]}: ${USAGE}`);
    process.exit(2);
  }
}

async function simulate(pool, ask) {
  const startedAt = performance.now();
  const budget = { first: count('seed'), seeds: count('seeds'), lock, pairs: given.pairs };
  const sum = await ask.simulate(pool, budget);
  const seconds = (performance.now() - startedAt) / 1000;
  if (given.json) console.log(JSON.stringify({ ...sum, seconds }));
  else await report(pool, sum, seconds);
  if (sum.found.length > 0) process.exitCode = 1;
}

async function report(pool, { seeds, simulatedMs, found, reach }, seconds) {
  for (const { name, violation, shrunk } of found) {
    const home = mkdtempSync(join(tmpdir(), `watcher-${violation.id}-`));
    const file = join(home, 'scenario.json');
    writeFileSync(file, `${JSON.stringify(shrunk, null, 1)}\n`);
    await pool.ask('show', file, home, null);
    console.log(`${violation.id} is broken at ${violation.atMs.toFixed(0)} ms: ${violation.problem}`);
    console.log(`  ${violation.statement}`);
    console.log(`  seed:   ${name}`);
    console.log(`  shrunk: ${shrunk.nodes.length} nodes and ${shrunk.faults.length} faults, in ${file}`);
    for (const fault of shrunk.faults) console.log(`          ${JSON.stringify(fault)}`);
    console.log(`  again:  npm run simulate -- --show ${/^[0-9]+$/.test(name) ? name : `'${name}'`}`);
    console.log(`  shrunk: npm run simulate -- --show ${file}`);
    console.log(`  look:   ${drawing(home)}`);
  }
  const hours = simulatedMs / 3_600_000;
  const { runs, refreshes, forgivenOverlaps, killedWhileRefreshing } = reach.counts;
  console.log(
    `${seeds} seeds, ${found.length} violations, ${runs} runs, ${refreshes} refreshes, ` +
      `${(hours / seconds).toFixed(1)} simulated cluster-hours per second`,
  );
  console.log(
    `${Object.keys(reach.states).length} states, ${Object.keys(reach.outcomes).length} outcomes, ` +
      `${Object.keys(reach.faults).length} kinds of faults in ${Object.keys(reach.struck).length} pairs with a state; ` +
      `${killedWhileRefreshing} watchers killed while they refreshed, ${forgivenOverlaps} overlaps with an excuse`,
  );
}

async function huntMutants(pool, ask) {
  const hunts = await ask.hunted(pool, { seeds: count('seeds'), lock, mutant: given.mutant ?? null });
  if (given.json) console.log(JSON.stringify(hunts));
  else {
    for (const { mutant, seed, violation } of hunts) {
      console.log(
        seed === null ? `MISSED  ${mutant}` : `seed ${seed}  ${violation.id}  ${mutant}: ${violation.problem}`,
      );
    }
  }
  if (hunts.some(({ seed }) => seed === null)) process.exitCode = 1;
}

async function showOne(pool, ask, what) {
  const home = given.out ?? mkdtempSync(join(tmpdir(), 'watcher-shown-'));
  const shown = await ask.shown(pool, what, home, given.mutant ?? null);
  const { violation, facts } = shown;
  if (violation !== null) process.exitCode = 1;
  if (given.json) return console.log(JSON.stringify(shown));
  console.log(violation === null ? 'no rule is broken' : `${violation.id} is broken: ${violation.problem}`);
  console.log(`${facts} facts in ${home}/trace.jsonl, recordings in ${home}/runs; to look at them:`);
  console.log(drawing(home));
}

/** The command that makes a page of all runs of a scenario; a shell has to expand it. */
function drawing(home) {
  const runs = `$(printf ' --run %s' ${join(home, 'runs')}/*)`;
  return `node dist/watcher.cjs graph --format html${runs} --output ${join(home, 'runs.html')}`;
}

function count(name) {
  const number = Number(given[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} needs a whole number, not ${given[name]}`);
  process.exit(2);
}
