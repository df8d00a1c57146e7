/** Slices of one service, joined. */
import { expect, test } from 'vitest';
import { joinSlices } from '../../../src/discovery/kubernetes/join.ts';
import type { Slice, SliceEndpoint } from '../../../src/discovery/kubernetes/slice.ts';

const asked = { namespace: 'shop', service: 'web', port: null };

function slice(addressType: Slice['addressType'], address: string, { port = 80, ...more } = {}): Slice {
  const targetRef = { name: 'web-a', uid: 'uid-of-web-a' };
  const endpoint: SliceEndpoint = { addresses: [address], conditions: null, hostname: null, targetRef, ...more };
  const metadata = { name: 'web-1', labels: null };
  return { metadata, addressType, endpoints: [endpoint], ports: [{ name: 'http', protocol: 'TCP', port }] };
}

const ip4 = slice('IPv4', '192.0.2.1');
const ip6 = slice('IPv6', '2001:db8::1');

test.each<[string, readonly Slice[]]>([
  ['ip4_address 192.0.2.1 and 192.0.2.2', [ip4, slice('IPv4', '192.0.2.2')]],
  ['ip6_address 2001:db8::1 and 2001:db8::2', [ip4, ip6, slice('IPv6', '2001:db8::2')]],
  ['port 80 and 81', [ip4, slice('IPv6', '2001:db8::1', { port: 81 })]],
  ['fqdn web-a and x.web.shop.svc.cluster.local', [ip4, slice('IPv4', '192.0.2.1', { hostname: 'x' } as object)]],
])('two slices that say different things of one pod are none to believe: %s', (what, slices) => {
  expect(() => joinSlices(slices, asked, 'cluster.local')).toThrow(
    `two slices say different things of "web-a": ${what}`,
  );
});

test('a pod that is ready in one slice and not in another is not left out', () => {
  const notReady = slice('IPv4', '192.0.2.1', { conditions: { ready: false, terminating: null } } as object);
  const other = slice('IPv4', '192.0.2.9', {
    targetRef: { name: 'web-b', uid: 'uid-of-web-b' },
    conditions: { ready: false, terminating: null },
  } as object);
  expect(joinSlices([notReady, ip4, other], asked, 'cluster.local')).toMatchObject({
    pods: [{ id: 'uid-of-web-a' }],
    leftOut: 1,
  });
});

test('a slice without a pod says nothing of the ports, and where there is no pod any port is right', () => {
  const empty = { ...ip4, endpoints: [], ports: [{ name: 'other', protocol: 'TCP', port: 81 }] };
  expect(joinSlices([empty, ip4], asked, 'cluster.local').pods).toMatchObject([{ port: 80 }]);
  for (const slices of [[], [empty]])
    expect(joinSlices(slices, { ...asked, port: 'http' }, 'cluster.local')).toEqual({ pods: [], leftOut: 0 });
});

test.each<[string, Slice['ports'], string]>([
  ['none', [], 'there is none'],
  [
    'some',
    [
      { name: null, protocol: null, port: null },
      { name: 'h', protocol: 'TCP', port: 80 },
    ],
    'there are h (80), without a name (any)',
  ],
  ['of UDP', [{ name: 'http', protocol: 'UDP', port: 80 }], 'there is none'],
  [
    'more than anybody reads',
    Array.from({ length: 11 }, (_, at) => ({ name: `p${at + 10}`, protocol: 'TCP', port: at })),
    `there are ${Array.from({ length: 10 }, (_, at) => `p${at + 10} (${at})`).join(', ')}`,
  ],
])('a port that is not there is answered with those that are: %s', (_, ports, there) => {
  const message = `no pod has the TCP port "http": ${there}`;
  expect(() => joinSlices([{ ...ip4, ports }], { ...asked, port: 'http' }, 'cluster.local')).toThrow(
    expect.objectContaining({ message }),
  );
});

test('a port without a name, as a service with one may have it, is the one that is meant', () => {
  const unnamed = { ...ip4, ports: [{ name: null, protocol: null, port: 80 }] };
  expect(joinSlices([unnamed], asked, 'cluster.local').pods).toMatchObject([{ port: 80 }]);
});
