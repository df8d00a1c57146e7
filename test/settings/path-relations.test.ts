/** A file that a lock or a source reads or writes is none that a run writes besides. */
import { expect, test } from 'vitest';
import type { AnyBackend } from '../../src/config/backend.ts';
import { SOURCES } from '../../src/discovery/index.ts';
import { LOCKS } from '../../src/locks/index.ts';
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
