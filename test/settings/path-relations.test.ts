/** A file that a lock or a source reads or writes is none that a run writes besides. */
import { describe, expect, test } from 'vitest';
import type { AnyBackend } from '../../src/config/backend.ts';
import { SOURCES } from '../../src/discovery/index.ts';
import { LOCKS } from '../../src/locks/index.ts';
import { pathRelations } from '../../src/settings/path-relations.ts';
import { brokenRelations } from '../../src/settings/relations.ts';
import { settingsWith } from '../locks/settings-of.ts';

const backends = [
  ...Object.entries(LOCKS).map(([name, backend]) => ['lock', name, backend] as const),
  ...Object.entries(SOURCES).map(([name, backend]) => ['source', name, backend] as const),
];
const named = backends.flatMap(([choice, name, backend]) =>
  Object.values((backend as AnyBackend).keys)
    .map((key) => key.name)
    .filter((key) => /_file$|^kubeconfig$|^yt_token_path$/.test(key))
    .map((key) => [key, choice, name] as const),
);

test('the files of the backends are found by their names', () => {
  expect(named.length).toBeGreaterThan(10);
});

test.each(named)('%s of the %s %s is not written over by the log', async (key, choice, name) => {
  const { problemsOf } = settingsWith({ [choice]: name, [key]: '/run/one', log_file: '/run/one' });
  const said = (await problemsOf({})).filter((line) => line.includes('name the same file'));
  expect(said, 'one would destroy the other').toEqual([
    expect.stringMatching(new RegExp(`\\b${key} .*log_file |log_file .*\\b${key} `)),
  ]);
});

describe('which two may name one file', () => {
  const toy = (files: AnyBackend['files'] = {}) => ({ files }) as AnyBackend;
  const relations = pathRelations({
    lock: { file: toy({ writes: ['lockFile'] }), none: toy() },
    source: { file: toy({ reads: ['sourceFile'], writes: ['cacheFile'] }), none: toy() },
  });
  const others = { lock: 'none', source: 'none', config: '/nowhere/config' };

  function problemsOf(settings: Readonly<Record<string, string | null>>): readonly string[] {
    const all = { ...others, ...settings };
    return brokenRelations(relations, all, new Set(Object.keys(all)), (field) => field);
  }

  const destroys = (one: string, other: string) => [
    `${one} and ${other} name the same file, and one would destroy the other`,
  ];

  test.each([
    ['runLockFile', 'statFile'],
    ['stateFile', 'logFile'],
    ['record', 'metricsFile'],
    ['statFile', 'primerJsonFile'],
    ['logFile', 'primeFile'],
    ['metricsFile', 'haproxySocket'],
    ['record', 'caFile'],
    ['stateFile', 'config'],
  ])('not %s and %s: one is written', (one, other) => {
    expect(problemsOf({ [one]: '/nowhere/x', [other]: '/nowhere/x' })).toEqual(destroys(one, other));
    expect(problemsOf({ [one]: '/nowhere/x', [other]: '/nowhere/y' })).toEqual([]);
    expect(problemsOf({ [one]: null, [other]: null })).toEqual([]);
    expect(problemsOf({ [one]: '-', [other]: '-' })).toEqual([]);
  });

  test('two that are only read', () => {
    expect(problemsOf({ primeFile: '/nowhere/x', caFile: '/nowhere/x', config: '/nowhere/x' })).toEqual([]);
  });

  test.each([
    ['lockFile', { lock: 'file' }, 'statFile'],
    ['cacheFile', { source: 'file' }, 'statFile'],
    ['sourceFile', { source: 'file' }, 'statFile'],
  ])('not what is written and %s of a backend, while that is chosen', (field, chosen, other) => {
    const same = { [field]: '/nowhere/x', [other]: '/nowhere/x' };
    expect(problemsOf({ ...same, ...chosen })).toEqual(destroys(other, field));
    expect(problemsOf(same)).toEqual([]);
  });

  test('not the primer and what a source reads; what a source writes would destroy the primer', () => {
    const same = { primerJsonFile: '/nowhere/x', sourceFile: '/nowhere/x' };
    expect(problemsOf({ ...same, source: 'file' })).toEqual([
      expect.stringMatching(/^sourceFile and primerJsonFile name the same file, so that no difference /),
    ]);
    expect(problemsOf(same)).toEqual([]);
    expect(problemsOf({ primerJsonFile: '/nowhere/x', cacheFile: '/nowhere/x', source: 'file' })).toEqual(
      destroys('primerJsonFile', 'cacheFile'),
    );
  });
});
