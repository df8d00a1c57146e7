/**
 * Goal: pods and servers are matched by name, host name, address and port, in a time that grows as they do.
 * Method: each pair is compared by itself, which is what is meant; and twice as many take about twice the time.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HaproxyServer, servedBy, servingOneOf } from '../../machines/pods-and-servers.ts';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { findDrift } from '../../src/drift/find-drift.ts';
import { cpuTimeOf } from '../support/cpu-time.ts';
import { answer, group, pod } from '../support/pods.ts';

const word = fc.constantFrom('a', 'b', '192.0.2.1', '192.0.2.2', '2001:db8::1');
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const port = orNull(fc.constantFrom(80, 81));
const pods = fc.array(
  fc.record({ id: word, fqdn: word, ip4: orNull(word), ip6: orNull(word), port }) satisfies fc.Arbitrary<Endpoint>,
  { maxLength: 4 },
);
const servers = fc.array(
  fc.record({
    backend: fc.constant('shop'),
    name: fc.oneof(word, fc.constant('A')),
    address: orNull(word),
    port,
    fqdn: orNull(word),
  }) satisfies fc.Arbitrary<HaproxyServer>,
  { maxLength: 4 },
);

test('they match as each pair does by itself, from both sides', () => {
  fc.assert(
    fc.property(pods, servers, (some, others) => {
      const isServed = servedBy(others);
      const isServing = servingOneOf(some);
      expect(some.map((each) => isServed(each))).toEqual(some.map((each) => others.some((it) => match(it, each))));
      expect(others.map((each) => isServing(each))).toEqual(others.map((each) => some.some((it) => match(each, it))));
    }),
    { numRuns: 500 },
  );
});

const FEW = 20_000;
const LIMIT = 2.6;

test.each([
  ['each has an address of its own', (at: number) => ({ ip4: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` })],
  ['all are at one address', (at: number) => ({ ip4: '10.0.0.1', port: 1 + at })],
])('linear where %s', (_, placeOf) => {
  const [few, more] = [drift(FEW, placeOf), drift(2 * FEW, placeOf)];
  let [fastest, fastestOfMore] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 30 && !(fastestOfMore / fastest < LIMIT); round += 1) {
    fastest = Math.min(fastest, cpuTimeOf(few, 1));
    fastestOfMore = Math.min(fastestOfMore, cpuTimeOf(more, 1));
  }
  expect(fastestOfMore / fastest).toBeLessThan(LIMIT);
});

/** So many pods, of which HAProxy has all but their names. */
function drift(count: number, placeOf: (at: number) => Partial<Endpoint>): () => void {
  const endpoints = Array.from({ length: count }, (_, at) => pod(`p${at}`, { ip6: null, ...placeOf(at) }));
  const found = endpoints.map(({ ip4: address, port: at }, index) => ({ name: `s${index}`, address, port: at }));
  const all = found.map((each) => ({ backend: 'shop', fqdn: null, ...each }));
  return () => findDrift([group(endpoints)], [answer(endpoints)], all);
}

function match({ name, fqdn, address, port: at }: HaproxyServer, each: Endpoint): boolean {
  const isPort = each.port === null || at === null || each.port === at;
  const isName = name.toLowerCase() === each.fqdn || fqdn === each.fqdn || address === each.fqdn;
  return isPort && (isName || (address !== null && (address === each.ip4 || address === each.ip6)));
}
