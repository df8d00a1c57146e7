/** Which part of src/ may know of which: what is general knows nothing of what is built with it. */
import { describe, expect, test } from 'vitest';
import { filesOf, ownImportsOf } from './support/source-files.ts';

/** From the ground up: each part imports only from itself and from those above it in this list. */
const LAYERS = [
  'src/problem.ts',
  'src/text',
  'src/failure.ts',
  'src/identity.ts',
  'src/version.ts',
  'src/ask-again.ts',
  'src/drain.ts',
  'src/in-time.ts',
  'src/exit-codes.ts',
  'src/slices.ts',
  'src/json',
  'src/host',
  'src/stop-signals.ts',
  'src/uncaught.ts',
  'src/relay-output.ts',
  'src/apart.ts',
  'src/files',
  'src/host-lock',
  'src/http',
  'src/config',
  'src/credentials',
  'src/consul',
  'src/command',
  'src/kubernetes',
  'src/discovery',
  'src/haproxy',
  'src/drift',
  'src/locks',
  'src/board',
  'src/settings',
  'src/node-files',
  'src/services',
  'src/report',
  'src/monitoring',
  'src/secrets.ts',
  'src/record',
  'src/status',
  'src/check',
  'src/prime',
  'src/replay',
  'src/graph',
  'src/run.ts',
  'src/commands',
  'src/cli.ts',
  'src/main.ts',
  'src/start',
  'src/packaging',
  'src/sandbox',
];

/** They serve the product, and are no part of it. */
const TOOLS = ['src/packaging', 'src/sandbox'];

/** In them each folder is one way to do the same thing. */
const BACKENDS = ['src/locks', 'src/discovery'];

const sourceFiles = filesOf('src');

describe('src/', () => {
  test('has each of its parts in the list of layers, once', () => {
    expect([...LAYERS].sort()).toEqual([...new Set(sourceFiles.map(partOf))].sort());
  });

  test.each(LAYERS)('%s imports only from layers below', (part) => {
    const above = LAYERS.slice(LAYERS.indexOf(part) + 1);
    expect(
      importsBetween(
        (from) => from === part,
        (to) => above.includes(to),
      ),
    ).toEqual([]);
  });

  test('needs no tool', () => {
    expect(
      importsBetween(
        (from) => !TOOLS.includes(from),
        (to) => TOOLS.includes(to),
      ),
    ).toEqual([]);
  });

  test('has tools that know nothing of each other', () => {
    expect(
      importsBetween(
        (from) => TOOLS.includes(from),
        (to, from) => TOOLS.includes(to) && to !== from,
      ),
    ).toEqual([]);
  });

  test.each(BACKENDS)('%s has backends that know nothing of each other', (folder) => {
    const backendOf = (file: string) => new RegExp(`^${folder}/([^/]+)/`).exec(file)?.[1];
    const crossing = sourceFiles.flatMap((file) =>
      ownImportsOf(file)
        .filter(
          (to) => backendOf(file) !== undefined && backendOf(to) !== undefined && backendOf(file) !== backendOf(to),
        )
        .map((to) => `${file} imports ${to}`),
    );
    expect(crossing).toEqual([]);
  });
});

test('no files import each other in a circle', () => {
  expect(circleIn([...filesOf('machines'), ...sourceFiles])).toEqual([]);
});

test('a circle would be found', () => {
  const imports: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: [], c: ['d'], d: ['b', 'c'] };
  expect(circleIn(['a', 'b', 'c', 'd'], (file) => imports[file]!)).toEqual(['c', 'd', 'c']);
});

/** A folder of src/, or a file beside these. */
function partOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

function importsBetween(isFrom: (part: string) => boolean, isTo: (part: string, from: string) => boolean): string[] {
  return sourceFiles
    .filter((file) => isFrom(partOf(file)))
    .flatMap((file) =>
      ownImportsOf(file)
        .filter((to) => isTo(partOf(to), partOf(file)))
        .map((to) => `${file} imports ${to}`),
    );
}

/** The first circle, from a file back to the same; none when it is empty. */
function circleIn(files: readonly string[], importsOf: (file: string) => readonly string[] = ownImportsOf): string[] {
  const finished = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return [];
    path.push(file);
    for (const next of importsOf(file)) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    finished.add(file);
    return [];
  }
  for (const file of files) {
    const circle = visit(file);
    if (circle.length > 0) return circle;
  }
  return [];
}
