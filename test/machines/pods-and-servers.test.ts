/**
 * Goal: pods and servers are matched by name, host name, address and port.
 * Method: each pair is compared by itself, which is what is meant.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HaproxyServer, servedBy, servingOneOf } from '../../machines/pods-and-servers.ts';
import type { Endpoint } from '../../machines/vocabulary.ts';

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

function match({ name, fqdn, address, port: at }: HaproxyServer, each: Endpoint): boolean {
  const isPort = each.port === null || at === null || each.port === at;
  const isName = name.toLowerCase() === each.fqdn || fqdn === each.fqdn || address === each.fqdn;
  return isPort && (isName || (address !== null && (address === each.ip4 || address === each.ip6)));
}
