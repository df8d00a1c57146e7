/**
 * Breaks files one small thing at a time (StrykerJS) and tells which of these mutants no test notices.
 *
 *   npm run mutate -- machines/plan.ts [src/files/make-folder.ts:10-20 ...] [test/report/reporter.test.ts ...]
 *
 * A file of machines/ is held against the tests of test/machines/ that import it, or else all of them; one of src/NAME/
 * against those of test/NAME/; and each against the tests that are named besides. Exits with 0 only when every mutant is
 * killed or listed in survivors.json with the reason why it may live, and nothing is listed in vain.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nearestTests } from './nearest-tests.mjs';
import { compareSurvivors, describeMutant, survivorsOf } from './survivors.mjs';

const root = join(import.meta.dirname, '../..');
const isTest = (name) => name.endsWith('.test.ts');
const files = process.argv.slice(2).filter((name) => !isTest(name));
const named = process.argv.slice(2).filter(isTest);
if (files.length === 0 || [...named, ...files].some((file) => !existsSync(join(root, pathOf(file))))) {
  console.error('mutate: name files of machines/ or src/: npm run mutate -- machines/plan.ts');
  process.exit(2);
}

const tests = [...new Set([...named, ...files.flatMap((file) => nearestTests(pathOf(file), suiteOf(file)))])];
console.log(`held against ${tests.join(', ')}`);
const stryker = [
  ...[join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', '.stryker.config.json'],
  ...['--mutate', files.join(',')],
  ...['--incrementalFile', `.mutation/${files.join('+').replaceAll('/', '-').slice(0, 200)}.json`],
  ...['--concurrency', process.env.JOBS ?? String(Math.max(1, availableParallelism() - 1))],
];
const env = { ...process.env, MUTATION_TESTS: tests.join(',') };
const { status } = spawnSync(process.execPath, stryker, { cwd: root, env, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const report = JSON.parse(readFileSync(join(root, '.mutation/report.json'), 'utf8'));
const known = JSON.parse(readFileSync(join(import.meta.dirname, 'survivors.json'), 'utf8'));
const { unknown, inVain } = compareSurvivors(survivorsOf(report), known, Object.keys(report.files));
for (const [file, { mutants }] of Object.entries(report.files)) {
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const counted = mutants.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError').length;
  console.log(`${file}: ${killed} of ${counted} mutants are noticed`);
}
for (const mutant of unknown) console.log(`NOT NOTICED  ${describeMutant(mutant)}`);
for (const mutant of inVain) console.log(`LISTED IN VAIN  ${describeMutant(mutant)}`);
process.exit(unknown.length + inVain.length > 0 ? 1 : 0);

/** The file without the lines that may be named with it. */
function pathOf(file) {
  return file.replace(/:\d+(-\d+)?$/, '');
}

function suiteOf(file) {
  const [top, folder] = pathOf(file).split('/');
  return top === 'src' ? `test/${folder.replace(/\.ts$/, '')}` : `test/${top}`;
}
