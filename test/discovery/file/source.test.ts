import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileSource } from '../../../src/discovery/file/source.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const never = new AbortController().signal;
const groups = ['one', 'none', 'other'].map((endpointSet) => ({ cluster: 'sas', endpointSet }));
const sets = [
  { cluster_name: 'sas', endpoint_set_id: 'one', endpoints: [{ id: 'a', fqdn: 'A.b.' }] },
  { cluster_name: 'sas', endpoint_set_id: 'none', endpoints: [] },
];

function fileOf(text: string): string {
  const path = join(tempFolder(), 'discovery.json');
  writeFileSync(path, text);
  return path;
}

test('answers each asked group in order: ok, empty, missing', async () => {
  const path = fileOf(JSON.stringify({ generation: '18446744073709551615', endpoint_sets: sets }));
  const { answers } = await createFileSource({ path })({ groups }, never);
  const generation = '18446744073709551615';
  expect(answers).toEqual([
    {
      cluster: 'sas',
      endpointSet: 'one',
      verdict: 'ok',
      endpoints: [{ id: 'a', fqdn: 'a.b', ip4: null, ip6: null, port: null }],
      generation,
      detail: null,
    },
    { cluster: 'sas', endpointSet: 'none', verdict: 'empty', endpoints: [], generation, detail: null },
    { cluster: 'sas', endpointSet: 'other', verdict: 'missing', endpoints: [], generation, detail: `not in ${path}` },
  ]);
});

test('a file without a generation has none', async () => {
  const path = fileOf(JSON.stringify({ endpoint_sets: sets }));
  const { answers } = await createFileSource({ path })({ groups }, never);
  expect(answers.map(({ generation }) => generation)).toEqual([null, null, null]);
});

test.each([
  ['{"endpoint_sets": 1}', 'endpoint_sets: expected a list of endpoint sets, got 1'],
  ['{"endpoint_sets": [], "generation": 1.5}', 'generation: expected a whole number, got 1.5'],
])('a file that cannot be believed makes every group invalid: %s', async (text, what) => {
  const path = fileOf(text);
  const { answers } = await createFileSource({ path })({ groups }, never);
  expect(answers).toHaveLength(3);
  for (const answer of answers) {
    expect(answer).toMatchObject({ verdict: 'invalid', endpoints: [], detail: `${path}: ${what}` });
  }
});

test('a file that is not there makes every group unavailable', async () => {
  const path = join(tempFolder(), 'absent.json');
  const { answers } = await createFileSource({ path })({ groups }, never);
  expect(answers.map(({ verdict, detail }) => [verdict, detail])).toEqual(
    groups.map(() => ['unavailable', `${path}: no such file or folder`]),
  );
});

test('only an abort rejects', async () => {
  const asking = createFileSource({ path: fileOf('') })({ groups }, AbortSignal.abort());
  await expect(asking).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});
