/**
 * Runs the suite again and again beside busy loops, and tells which tests failed in which round: what fails only now and
 * then fails here. Exits with 0 only when no round had a failure. What it does not know itself, Vitest gets.
 *
 *   npm run repeat -- [--rounds N] [--loops N] [--project unit] [test/faults/clock ...]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const words = process.argv.slice(2);
const rounds = take('--rounds', 20);
const loops = Array.from({ length: take('--loops', 2) }, () =>
  spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
);
const folder = mkdtempSync(join(tmpdir(), 'watcher-repeat-'));
process.on('exit', () => {
  for (const loop of loops) loop.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const failures = new Map();
for (let round = 1; round <= rounds; round += 1) {
  const startedAt = performance.now();
  const failed = await run(round);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`round ${round} of ${rounds}: ${failed.length} failed, ${seconds} s`);
  for (const name of failed) {
    console.log(`  ${name}`);
    failures.set(name, [...(failures.get(name) ?? []), round]);
  }
}
for (const [name, inRounds] of failures) console.log(`FAILED in ${inRounds.length} of ${rounds}  ${name}`);
process.exit(failures.size > 0 ? 1 : 0);

/** Takes an option and its number out of the words. */
function take(option, usual) {
  const at = words.indexOf(option);
  if (at === -1) return usual;
  const [, given] = words.splice(at, 2);
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`repeat: ${option} needs a whole number, not ${given}`);
  process.exit(2);
}

/** One round; answers what failed, and why. What is no test, such as an error outside of them, counts as one. */
async function run(round) {
  const [report, vitest] = [join(folder, `${round}.json`), join(root, 'node_modules/vitest/vitest.mjs')];
  const how = ['run', '--config', 'test/vitest.config.ts', '--reporter=json', `--outputFile=${report}`];
  const child = spawn(process.execPath, [vitest, ...how, ...words], { cwd: root, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const failed = failuresIn(report);
  return code !== 0 && failed.length === 0 ? [`vitest ended with ${code}`] : failed;
}

function failuresIn(report) {
  let testResults;
  try {
    ({ testResults } = JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return [];
  }
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0) return status === 'failed' ? [file] : [];
    return tests.map(({ fullName, failureMessages: [why = ''] }) => `${file} > ${fullName}: ${why.split('\n')[0]}`);
  });
}
