import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEndpointSets } from '../../../src/discovery/endpoint-sets.ts';
import { readYpAnswer } from '../../../src/discovery/yp/answer.ts';
import { atOnce } from '../../../src/slices.ts';
import { anyCharacter } from '../../support/any-character.ts';

// Goal: however a source spells and orders the same pods, the comparison sees the same pods.
// Method: generate pods, write them twice with another spelling and another order, and read both.

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const hostName = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const word = fc.integer({ min: 0, max: 0xffff });
const words = fc.array(fc.oneof(fc.constant(0), word), { minLength: 8, maxLength: 8 });

const name = fc.oneof(hostName, fc.ipV4(), fc.constant(null), words);

const pods = fc.uniqueArray(
  fc.record({ id: fc.stringMatching(/^[!-~]{1,20}$/), name, ip6: words, port: fc.integer({ min: 0, max: 65_535 }) }),
  { selector: ({ id }) => id, maxLength: 8 },
);

type Pod = typeof pods extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

function plain({ id, name, ip6, port }: Pod): object {
  const fqdn = Array.isArray(name) ? spelled(name) : name;
  return { id, fqdn, ip6_address: spelled(ip6), port };
}

/** The same pod in other words. */
function otherwise({ id, name, ip6, port }: Pod): object {
  const written =
    typeof name === 'string'
      ? { fqdn: `${[...name].map((char, index) => (index % 2 === 0 ? char.toUpperCase() : char)).join('')}.` }
      : name === null
        ? {}
        : { fqdn: spelledInFull(name) };
  return {
    ...(port === 0 ? {} : { port }),
    ready: false,
    ip4_address: '',
    ip6_address: spelledInFull(ip6),
    ...written,
    id,
  };
}

function spelled(address: readonly number[]): string {
  return address.map((part) => part.toString(16)).join(':');
}

function spelledInFull(address: readonly number[]): string {
  return address.map((part) => part.toString(16).toUpperCase().padStart(4, '0')).join(':');
}

function fromPrimer(endpoints: readonly object[]): unknown {
  return atOnce(toEndpointSets({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'x', endpoints }] }))
    .groups[0];
}

function fromYp(endpoints: readonly object[]): unknown {
  const body = JSON.stringify({ resolve_status: 'OK', endpoint_set: { endpoints } });
  return atOnce(readYpAnswer({ cluster: 'sas', endpointSet: 'x' }, body));
}

test('spelling, order and repetition never matter, in the primer and in discovery', () => {
  fc.assert(
    fc.property(pods, fc.infiniteStream(fc.nat()), (list, order) => {
      const shuffled = [...list, ...list.slice(0, 3)].map((pod) => ({ pod, at: order.next().value as number }));
      const others = shuffled
        .sort((one, other) => one.at - other.at)
        .map(({ pod, at }) => (at % 2 === 0 ? otherwise(pod) : plain(pod)));
      expect(fromPrimer(others)).toEqual(fromPrimer(list.map(plain)));
      expect(fromYp(others)).toEqual(fromYp(list.map(plain)));
    }),
  );
});

test('both sides read the same pods from the same words', () => {
  fc.assert(
    fc.property(
      pods.filter(({ length }) => length > 0),
      (list) => {
        expect(fromYp(list.map(plain))).toMatchObject(fromPrimer(list.map(otherwise)) as object);
      },
    ),
  );
});

test('no text becomes a host name of characters that mean something to a shell or a terminal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), hostName), (fqdn) => {
      try {
        const endpoints = [{ id: 'c', fqdn }];
        const sets = toEndpointSets({ endpoint_sets: [{ cluster_name: 'a', endpoint_set_id: 'b', endpoints }] });
        const { groups } = atOnce(sets);
        expect(groups[0]!.endpoints[0]!.fqdn).toMatch(/^[a-z0-9_:][a-z0-9_.:-]*$/);
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^endpoint_sets\[0\]\.endpoints\[0\]\.fqdn: expected a host name, an IPv4 or an IPv6 address, got [ -~]+…?$/,
        );
      }
    }),
    { numRuns: 500 },
  );
});
