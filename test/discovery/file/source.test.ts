import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file } from '../../../src/discovery/file/backend.ts';
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

test('its path and how old it may be are settings', async () => {
  const path = fileOf(JSON.stringify({ endpoint_sets: sets }));
  utimesSync(path, new Date(0), new Date(0));
  const verdicts = async (sourceMaxAgeMs: number | null) => {
    const source = file.create({ sourceFile: path, sourceMaxAgeMs }, {} as Parameters<typeof file.create>[1]);
    return new Set((await source({ groups }, never)).answers.map(({ verdict }) => verdict));
  };
  expect(await verdicts(1_000)).toEqual(new Set(['stale']));
  expect([...(await verdicts(null))]).not.toContain('stale');
});

describe('the age of the file', () => {
  const writtenAt = Date.parse('2026-11-23T00:00:00Z');
  const hour = 3_600_000;

  /** The verdicts and details of all groups, this long after the file was written. */
  async function asked(ageMs: number, maxAgeMs: number | null) {
    const path = fileOf(JSON.stringify({ generation: 7, endpoint_sets: sets }));
    utimesSync(path, writtenAt / 1_000, writtenAt / 1_000);
    const { answers } = await createFileSource({ path, maxAgeMs, now: () => writtenAt + ageMs })({ groups }, never);
    expect(new Set(answers.map(({ generation }) => generation))).toEqual(new Set(['7']));
    return answers.map(({ verdict, detail }) => [verdict, detail?.replace(path, 'FILE') ?? null]);
  }
  const believed = [
    ['ok', null],
    ['empty', null],
    ['missing', 'not in FILE'],
  ];

  test.each<[string, number, number | null]>([
    ['any, without source_max_age', 1_000_000 * hour, null],
    ['from any future, without source_max_age', -1_000_000 * hour, null],
    ['just written', 0, hour],
    ['as old as allowed', hour, hour],
    ['a little in the future: clocks differ', -60_000, hour],
  ])('believed: %s', async (_, ageMs, maxAgeMs) => {
    expect(await asked(ageMs, maxAgeMs)).toEqual(believed);
  });

  test('older than allowed is stale for every group, the missing ones too', async () => {
    const detail =
      'FILE: was last written 26280h0m1s ago (source_max_age is 1h0m0s); see whether what writes it is still at work';
    expect(await asked(26_280 * hour + 1_000, hour)).toEqual(groups.map(() => ['stale', detail]));
  });

  test('from the future is stale: it would never grow old', async () => {
    const detail =
      'FILE: was written 24h0m0s in the future, so that its age is unknown (source_max_age is 1h0m0s); correct the clock, or have it written again';
    expect(await asked(-24 * hour, hour)).toEqual(groups.map(() => ['stale', detail]));
  });

  test('is that of the file that a link leads to', async () => {
    const path = fileOf(JSON.stringify({ endpoint_sets: sets }));
    utimesSync(path, 1_000, 1_000);
    symlinkSync(path, `${path}.link`);
    const { answers } = await createFileSource({ path: `${path}.link`, maxAgeMs: hour })({ groups }, never);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['stale', 'stale', 'stale']);
  });
});

test.each([
  ['9007199254740993', '9007199254740993'],
  ['18446744073709551615', '18446744073709551615'],
  ['"007"', '7'],
])('keeps every digit of the generation %s', async (written, generation) => {
  const path = fileOf(`{"generation":${written},"endpoint_sets":[]}`);
  const { answers } = await createFileSource({ path })({ groups }, never);
  expect(answers[0]).toMatchObject({ verdict: 'missing', generation });
});

test.each(['18446744073709551616', '-1', '"1e3"', '"now"', '"0x10"', '" 7"', 'true', '[7]'])(
  'refuses %s for a generation',
  async (written) => {
    const path = fileOf(`{"generation":${written},"endpoint_sets":[]}`);
    const { answers } = await createFileSource({ path })({ groups }, never);
    expect(answers[0]!.verdict).toBe('invalid');
  },
);

test('only an abort rejects', async () => {
  const asking = createFileSource({ path: fileOf('') })({ groups }, AbortSignal.abort());
  await expect(asking).rejects.toMatchObject({ failure: { kind: 'aborted' } });
});
