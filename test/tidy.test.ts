/** The style of the project as a test: what may be imported where, how long a file may be, what must not be written. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { clusterLockMachine } from '../machines/cluster-lock.ts';
import { commandMachine } from '../machines/command.ts';
import { loneCommandMachine } from '../machines/lone-command.ts';
import { watcherMachine } from '../machines/watcher.ts';
import { filesOf, importsOf, readFile, root } from './support/source-files.ts';

const machineFiles = filesOf('machines');
const sourceFiles = filesOf('src');
const testFiles = filesOf('test');

const LINES_MAX = 250;

const AGREED_AT_THE_TOP = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'src',
  'machines',
  'test',
  'docs',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

describe('machines/', () => {
  test('imports xstate and itself only', () => {
    for (const file of machineFiles) {
      for (const from of importsOf(file)) expect(from, file).toMatch(/^(xstate|\.\/[a-z-]+\.ts)$/);
    }
  });

  test('reads no clock, no environment and no chance, and prints nothing', () => {
    const forbidden =
      /\b(Date\b|performance\b|Math\.random|crypto\b|process\b|globalThis\b|setTimeout|setInterval|setImmediate|console\b|require\b|import\()/;
    for (const file of machineFiles) expect(codeOf(file), file).not.toMatch(forbidden);
  });
});

const machines: readonly [string, AnyStateMachine][] = [
  ['watcher', watcherMachine],
  ['clusterLock', clusterLockMachine],
  ['command', commandMachine],
  ['loneCommand', loneCommandMachine],
];

describe.each(machines)('the machine %s', (name, machine) => {
  const nodes = getStateNodes(machine);

  test('is named as the recordings name it', () => {
    expect(machine.id).toBe(name);
  });

  test('says in one sentence what each of its states is', () => {
    for (const { id, description } of nodes) expect(description, id).toMatch(/^[A-Z][^.]*\.$/);
  });

  test('gives every invoke the name of what it invokes', () => {
    const invokes = [machine.root, ...nodes].flatMap(({ invoke }) => invoke);
    expect(invokes.length).toBeGreaterThan(0);
    for (const { id, src } of invokes) expect(id).toBe(src);
  });

  test('cannot turn in circles for ever', () => {
    expect(machine.options?.maxIterations).toBeLessThanOrEqual(100);
  });

  test('has names in lower camel case, for its states as well as for its delays', () => {
    for (const { key } of nodes) expect(key).toMatch(/^[a-z][a-zA-Z]*$/);
    for (const { after } of nodes) for (const { delay } of after) expect(delay).toMatch(/^[a-z][a-zA-Z]*$/);
  });
});

describe('src/', () => {
  const owners: readonly [string, RegExp][] = [
    ['consola', /^src\/report\/log\.ts$/],
    ['axios', /^src\/http\//],
    ['lockfile', /^src\/host-lock\/lock-file\.ts$/],
    ['signal-exit', /^src\/host-lock\/lock-file\.ts$/],
    ['cac', /^src\/cli\.ts$/],
    ['cosmiconfig', /^src\/config\//],
  ];

  test.each(owners)('%s is imported in one place only', (name, place) => {
    for (const file of [...sourceFiles, ...machineFiles]) {
      if (importsOf(file).includes(name)) expect(file).toMatch(place);
    }
  });

  test('what XState keeps to itself is used in two places only: where a service finds its run, and where a run is replayed', () => {
    const internal = /\b_(?:nodes|parent|transitions)\b/;
    const using = [...machineFiles, ...sourceFiles].filter((file) => internal.test(codeOf(file)));
    expect(using).toEqual(['machines/service.ts', 'src/replay/pure-machine.ts']);
  });

  test('built-in modules are imported by their full names', () => {
    const builtIn =
      /^(assert|buffer|child_process|crypto|dns|events|fs|http|https|net|os|path|stream|timers|tls|url|util)(\/|$)/;
    for (const file of [...sourceFiles, ...testFiles]) {
      for (const from of importsOf(file)) expect(from, file).not.toMatch(builtIn);
    }
  });
});

test('every file is short enough to be read at once', () => {
  const long = [...machineFiles, ...sourceFiles].filter((file) => linesOf(file) > LINES_MAX);
  expect(long.map((file) => `${file} has ${linesOf(file)} lines`)).toEqual([]);
});

test('nothing is put off in a comment', () => {
  // Written so that this line is not one of them.
  const later = /\b(?:TO[D]O|FIX[M]E)\b/;
  for (const file of [...machineFiles, ...sourceFiles, ...testFiles]) expect(readFile(file), file).not.toMatch(later);
});

test('no test is left out', () => {
  const leftOut = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fails)\b/;
  for (const file of testFiles) expect(readFile(file), file).not.toMatch(leftOut);
});

test('the top level holds only what was agreed, and dotfiles', () => {
  const names = new Set(trackedFiles().map((file) => file.split('/')[0]!));
  expect([...names].filter((name) => !name.startsWith('.') && !AGREED_AT_THE_TOP.includes(name))).toEqual([]);
});

test('the lock file names packages and hashes, not where they were fetched from', () => {
  expect(readFile('package-lock.json').includes('"resolved"')).toBe(false);
});

test('links of the pages point to files that are there', () => {
  const pages = trackedFiles().filter((file) => file.endsWith('.md') && existsSync(join(root, file)));
  const broken = pages.flatMap((page) =>
    [...readFile(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^([a-z]+:|#)/.test(target))
      .filter((target) => !existsSync(join(root, dirname(page), decodeURI(target.split('#')[0]!))))
      .map((target) => `${page} links to ${target}`),
  );
  expect(broken).toEqual([]);
});

function linesOf(file: string): number {
  return readFile(file).trimEnd().split('\n').length;
}

/** The file without its comments and without the contents of its strings: what it does, not what it says. */
function codeOf(file: string): string {
  return readFile(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');
}

/** What git knows of: leftovers of builds and tests do not count. */
function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
}
