import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEndpointSets } from '../../src/discovery/endpoint-sets.ts';
import { readYpAnswer } from '../../src/discovery/yp/answer.ts';
import { ShapeProblem } from '../../src/json/validate.ts';
import { atOnce } from '../../src/slices.ts';
import { readPage } from '../docs/marked-part.ts';
import { expectPublished } from '../docs/published-schema.ts';
import { schemaProblems } from '../support/check-json-schema.ts';
import { primerSchema } from './primer-schema.ts';

// Goal: the published schema accepts and refuses what the program itself accepts and refuses.
// Method: both are asked about a table, and about generated files in which right and wrong values meet.

test('docs/primer.schema.json is the schema that is tested here', () => {
  expectPublished('primer.schema.json', primerSchema);
});

const pod = { id: 'front-1', fqdn: 'front-1.example.net', ip4_address: '192.0.2.1', ip6_address: '::1', port: 80 };
const set = { cluster_name: 'sas', endpoint_set_id: 'front.http', endpoints: [pod] };

const good: readonly unknown[] = [
  null,
  [],
  [set],
  [{ ...set, endpoints: null }],
  [{ ...set, endpoints: undefined }],
  [{ ...set, endpoints: [], weight: 3 }],
  ...[
    {},
    { fqdn: null },
    { fqdn: '' },
    { ip4_address: null, ip6_address: '', port: null },
    { port: 0, ready: false },
  ].map((more) => [{ ...set, endpoints: [{ id: 'a', ...more }] }]),
  [{ ...set, endpoints: [pod, { ...pod, id: 'other', port: 81 }] }],
  [{ ...set, cluster_name: '' }],
];

test.each(good.map((sets) => [JSON.stringify({ endpoint_sets: sets })]))('both accept %s', (json) => {
  expect(isRead(JSON.parse(json))).toBe(true);
  expect(schemaProblems(primerSchema, JSON.parse(json))).toEqual([]);
});

const bad: readonly unknown[] = [
  null,
  [],
  {},
  { endpoint_sets: {} },
  { endpoint_sets: [null] },
  { endpoint_sets: [{ endpoint_set_id: 'a' }] },
  { endpoint_sets: [{ cluster_name: 'a/b', endpoint_set_id: 'a' }] },
  { endpoint_sets: [{ ...set, endpoints: {} }] },
  { endpoint_sets: [{ ...set, endpoints: [null] }] },
  { endpoint_sets: [{ ...set, endpoints: [{ fqdn: 'a.b' }] }] },
];

test.each(bad.map((json) => [JSON.stringify(json)]))('both refuse %s', (json) => {
  expect(isRead(JSON.parse(json))).toBe(false);
  expect(schemaProblems(primerSchema, JSON.parse(json))).not.toEqual([]);
});

test('the examples of docs/primer.md are read, and what they show of YP is an answer', () => {
  const page = readPage('docs/primer.md');
  const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) => text!);
  const [primer, odd, discovery, question, answer] = examples;
  for (const text of [primer!, odd!, discovery!]) {
    expect(schemaProblems(primerSchema, JSON.parse(text))).toEqual([]);
    expect(atOnce(toEndpointSets(JSON.parse(text))).groups).toHaveLength(1);
  }
  const { cluster_name: cluster, endpoint_set_id: endpointSet } = JSON.parse(question!);
  expect(atOnce(readYpAnswer({ cluster, endpointSet }, answer!))).toMatchObject({
    verdict: 'ok',
    generation: '1766102400123456789',
    detail: 'answered by sd-1.example.net',
  });
});

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  '',
  0,
  -1,
  80.5,
  true,
  [],
  {},
  'a b',
  'a\n',
  'a/b',
  '.',
  '-a',
  'a-',
  'é',
);
const long = fc.constantFrom(63, 64, 253, 254, 255, 256).map((length) => 'a'.repeat(length));
const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const host = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.stringMatching(/^[0-9a-fA-F:.%]{1,20}$/),
  fc
    .array(fc.constantFrom('::', ':', '1', 'ffff', '10.0.0.1', '12345', '0'), { maxLength: 9 })
    .map((parts) => parts.join(':')),
);
const anything = fc.oneof(
  odd,
  long,
  host,
  host.map((name) => `${name}.`),
  addresses,
  fc.string(),
);
const port = fc.oneof(odd, fc.integer({ min: -2, max: 65_540 }), fc.constantFrom(65_535, 65_536, '80'));

const endpoint = fc.record(
  {
    id: fc.oneof(anything, fc.constant('a')),
    fqdn: anything,
    ip4_address: fc.oneof(odd, addresses),
    ip6_address: fc.oneof(odd, addresses),
    port,
  },
  { requiredKeys: ['id'] },
);
const written = fc.record(
  {
    cluster_name: fc.oneof({ weight: 5, arbitrary: fc.constant('sas') }, { weight: 1, arbitrary: anything }),
    endpoint_set_id: fc.oneof({ weight: 5, arbitrary: fc.constant('x') }, { weight: 1, arbitrary: anything }),
    endpoints: fc.oneof({ weight: 5, arbitrary: fc.tuple(endpoint) }, { weight: 1, arbitrary: odd }),
  },
  { requiredKeys: ['cluster_name', 'endpoint_set_id'] },
);

test('both say the same of whatever is written', () => {
  fc.assert(
    fc.property(written, (one) => {
      const json = JSON.parse(JSON.stringify({ endpoint_sets: [one] }));
      expect(schemaProblems(primerSchema, json).length === 0).toBe(isRead(json));
    }),
    { numRuns: 3_000 },
  );
});

test.each(['fqdn', 'ip4_address', 'ip6_address', 'id', 'port'] as const)(
  'both say the same of whatever %s is',
  (key) => {
    fc.assert(
      fc.property(key === 'port' ? port : fc.oneof(anything, addresses), (value) => {
        const json = JSON.parse(JSON.stringify({ endpoint_sets: [{ ...set, endpoints: [{ ...pod, [key]: value }] }] }));
        expect(schemaProblems(primerSchema, json).length === 0).toBe(isRead(json));
      }),
      { numRuns: 1_000 },
    );
  },
);

function isRead(json: unknown): boolean {
  try {
    atOnce(toEndpointSets(json));
    return true;
  } catch (error) {
    if (error instanceof ShapeProblem) return false;
    throw error;
  }
}
