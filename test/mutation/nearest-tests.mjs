import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * The tests of a folder that import a file or are named after it (`node-record.ts`: `watcher-node-record.test.ts`), or else
 * all of that folder: a mutant that only tests of something else notice costs minutes, and their failure says little about
 * what broke. A file of src/ itself has a test of its name.
 */
export function nearestTests(file, suite) {
  if (existsSync(join(root, `${suite}.test.ts`))) return [`${suite}.test.ts`];
  const tests = testsIn(suite);
  const name = basename(file, '.ts');
  const near = tests.filter((test) => basename(test).includes(name) || importsOf(test).includes(file));
  return near.length > 0 ? near : tests;
}

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^import (?!type )[^;]*?from '(\.[^']+)'/gm)].map(([, from]) => join(file, '..', from));
}

function testsIn(suite) {
  return readdirSync(join(root, suite), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${suite}/${name}`);
}
