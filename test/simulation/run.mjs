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
 * traces. --scenarios are judged as they stand in a file, in a list. --build only bundles what --worker, given
 * with anything else, then does not bundle again.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { simulatedHost } from './node/plugin.mjs';
import { planted } from './planted.mjs';

const USAGE =
  'npm run simulate -- [--seeds N] [--seed START] [--jobs J] [--lock NAME] [--pairs] [--json] [--mutants] [--hash SEED,SEED] ' +
  '[--scenarios FILE] [--show SEED|scenario.json [--mutant NAME] [--out FOLDER]]';

/** Nearly all that a simulated cluster allocates is soon forgotten: with room for it, an eighth of the time is saved. */
const ROOM_FOR_SHORT_LIVES = ['--max-semi-space-size=64'];

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
    worker: { type: 'string' },
  },
});

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'watcher-simulation-'));
const program = given.worker ?? given.build ?? join(folder, 'worker.cjs');
if (given.worker === undefined) await bundle(program);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const jobs = count('jobs');
if (given.show !== undefined) await showOne(given.show);
else if (given.hash !== undefined) console.log(JSON.stringify(await work('hash', ...given.hash.split(','))));
else if (given.scenarios !== undefined) await judgeScenarios();
else if (given.mutants) await huntMutants();
else if (given.build === undefined) await simulate();

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

async function simulate() {
  const startedAt = performance.now();
  const first = count('seed');
  const end = first + count('seeds');
  const results = await share((job) => work('batch', String(first + job), String(end), String(jobs), given.lock ?? ''));
  if (given.pairs) {
    const struck = join(folder, 'struck.json');
    writeFileSync(struck, JSON.stringify(Object.keys(results.reduce(merge).reach.struck)));
    results.push(...(await share((job) => work('pairs', String(job), String(jobs), struck))));
  }
  const sum = results.reduce(merge);
  const seconds = (performance.now() - startedAt) / 1000;
  if (given.json) console.log(JSON.stringify({ ...sum, seconds }));
  else await report(sum, seconds);
  if (sum.found.length > 0) process.exitCode = 1;
}

async function report({ seeds, simulatedMs, found, reach }, seconds) {
  for (const { name, violation, shrunk } of found) {
    const home = mkdtempSync(join(tmpdir(), `watcher-${violation.id}-`));
    const file = join(home, 'scenario.json');
    writeFileSync(file, `${JSON.stringify(shrunk, null, 1)}\n`);
    await work('show', file, home);
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

async function huntMutants() {
  const hunts = (
    await share((job) => work('hunt', String(job), String(jobs), given.seeds, given.lock ?? '', given.mutant ?? ''))
  ).flat();
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

/** In the order of the list. */
async function judgeScenarios() {
  const parts = await share((job) => work('judge', String(job), String(jobs), given.scenarios));
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  console.log(JSON.stringify(Array.from({ length: count }, (_, at) => parts[at % jobs][Math.floor(at / jobs)])));
}

async function showOne(what) {
  const bug = given.mutant === undefined ? [] : [given.mutant];
  const home = given.out ?? mkdtempSync(join(tmpdir(), 'watcher-shown-'));
  const shown = await work('show', what, home, ...bug);
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

/** What each job answers, all at once. */
function share(ask) {
  return Promise.all(Array.from({ length: jobs }, (_, job) => ask(job)));
}

/** Runs one worker and reads the line that it tells. */
function work(...words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...ROOM_FOR_SHORT_LIVES, program, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let notice = '';
    child.stdout.on('data', (chunk) => {
      notice += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(notice));
      else reject(new Error(`a worker ended with ${code}`));
    });
  });
}

function merge(one, other) {
  return {
    seeds: one.seeds + other.seeds,
    simulatedMs: one.simulatedMs + other.simulatedMs,
    found: [...one.found, ...other.found],
    reach: Object.fromEntries(
      Object.entries(one.reach).map(([name, counts]) => [name, added(counts, other.reach[name])]),
    ),
  };
}

function added(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

function count(name) {
  const number = Number(given[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} needs a whole number, not ${given[name]}`);
  process.exit(2);
}
