import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { primeSchema } from '../../src/prime/prime-schema.ts';
import { templateData } from '../../src/prime/template-data.ts';
import { group, pod } from '../support/pods.ts';

type Options = Readonly<Record<string, unknown>>;

const FRONT = { cluster_name: 'sas', endpoint_set_id: 'front' };

/** What a template sees of these groups, each with its pods, where HAProxy has nothing yet. */
function seen(groups: readonly (Options & { readonly pods?: readonly Endpoint[] })[], more: Options = {}) {
  const options = groups.map(({ pods: _, ...each }) => ({ ...FRONT, ...each }));
  const prime = v.parse(primeSchema, { ...more, groups: options });
  const found = groups.map(({ pods = [pod('a')] }, at) =>
    group(pods, { cluster: options[at]!.cluster_name, endpointSet: options[at]!.endpoint_set_id }),
  );
  return templateData(prime, found, [], new Map());
}

const backendsOf = (...groups: Parameters<typeof seen>[0]) => seen(groups).data.backends;
const serverOf = (options: Options, endpoint = pod('a')) =>
  backendsOf({ ...options, pods: [endpoint] })[0]!.servers[0]!;

test('what a prime file leaves out is there all the same, so that a template can ask for it', () => {
  expect(seen([{}]).data).toEqual({
    ...{ haproxy_global: null, haproxy_defaults: null, haproxy_extra: null, values: {} },
    backends: [
      {
        ...{ name: 'front', mode: 'http', balance: 'roundrobin', bind: [], http_check: null, backend_options: [] },
        values: {},
        servers: [
          {
            ...{ name: 'a.example.net', slot: 1, id: 'a', fqdn: 'a.example.net', ip4: null, ip6: '2001:db8::1' },
            ...{ host: '2001:db8::1', port: 80, address: '[2001:db8::1]:80' },
            ...{ cluster_name: 'sas', endpoint_set_id: 'front', weight: null, maxconn: null, check: true },
            ...{ backup: false, tls: null, options: null, values: {} },
          },
        ],
      },
    ],
  });
});

test('what a prime file says comes as it was said', () => {
  const ofBackend = {
    ...{ mode: 'tcp', balance: 'leastconn', bind: ['*:80'], http_check: '/ping', backend_options: ['retries 1'] },
    ...{ values: { zone: 'a' } },
  };
  const ofServer = { weight: 0, maxconn: 9, check: false, backup: true, values: { zone: 'a' } };
  const whole = { haproxy_global: 'a', haproxy_defaults: 'b', haproxy_extra: 'c', values: { site: 'x' } };
  const { data } = seen([{ ...ofBackend, ...ofServer, server_options: 'slowstart 10s' }], whole);
  expect(data).toMatchObject(whole);
  expect(data.backends[0]).toMatchObject({ ...ofBackend, servers: [{ ...ofServer, options: 'slowstart 10s' }] });
});

describe('a backend', () => {
  test('has the groups of its name, each with its own options, and the values of all', () => {
    const [shop, other, ...more] = backendsOf(
      { backend: 'shop', values: { a: 1, b: 1 }, weight: 1, pods: [pod('a'), pod('b')] },
      { endpoint_set_id: 'other' },
      { backend: 'shop', cluster_name: 'vla', values: { b: 2 }, weight: 2, pods: [pod('c')] },
    );
    expect([shop!.name, other!.name, more]).toEqual(['shop', 'other', []]);
    expect(shop!['values']).toEqual({ a: 1, b: 2 });
    expect(shop!.servers.map(({ id, cluster_name: cluster, weight }) => `${id} ${cluster} ${weight}`)).toEqual([
      'a sas 1',
      'b sas 1',
      'c vla 2',
    ]);
  });

  test('has all servers that were placed, which is what the primer is made of', () => {
    const { placed } = seen([{ pods: [pod('a')] }, { endpoint_set_id: 'other', pods: [pod('b')] }]);
    expect(placed.map(({ pod: { id }, slot }) => `${id} ${slot}`)).toEqual(['a 1', 'b 1']);
  });

  test('is named after its set in characters that HAProxy takes', () => {
    expect(backendsOf({ endpoint_set_id: 'shop/front@1.a:b-c_d' })[0]!.name).toBe('shop_front_1.a:b-c_d');
  });

  test('is not made of two sets that nobody has put together', () => {
    const [slash, line] = [{ endpoint_set_id: 'shop/front' }, { endpoint_set_id: 'shop_front' }];
    expect(() => seen([slash, line])).toThrow(
      new ConfigError(['shop_front and shop/front would both be the backend shop_front: give one of them a backend']),
    );
    expect(backendsOf(slash, { ...line, backend: 'other' })).toHaveLength(2);
    expect(backendsOf(slash, { ...line, backend: 'shop_front' })).toHaveLength(1);
    expect(backendsOf(slash, { ...slash, cluster_name: 'vla' })).toHaveLength(1);
  });

  test.each<[string, unknown, unknown]>([
    ['mode', 'http', 'tcp'],
    ['balance', 'leastconn', 'source'],
    ['bind', ['*:80'], ['*:81']],
    ['http_check', '/a', '/b'],
    ['backend_options', ['a'], ['a', 'b']],
  ])('takes %s from one of its groups or from all of them, but not two answers', (key, one, other) => {
    const two = (...[first, second]: [Options, Options]) =>
      backendsOf({ backend: 'b', ...first }, { backend: 'b', cluster_name: 'vla', ...second })[0]![key];
    expect(two({ [key]: one }, {})).toEqual(one);
    expect(two({}, { [key]: one })).toEqual(one);
    expect(two({ [key]: one }, { [key]: one })).toEqual(one);
    expect(() => two({ [key]: one }, { [key]: other })).toThrow(
      new ConfigError([`${key}: two groups of the backend b say different things: say it in one of them`]),
    );
  });
});

describe('a server', () => {
  const addresses = { ip4: '192.0.2.1', ip6: '2001:db8::1' };

  test.each<[string, Partial<Endpoint>, string | undefined, string]>([
    ['the IPv4 address first', addresses, undefined, '192.0.2.1:80'],
    ['then the IPv6 one', { ...addresses, ip4: null }, undefined, '[2001:db8::1]:80'],
    ['then the name', { ip4: null, ip6: null }, undefined, 'a.example.net:80'],
    ['the IPv6 address where that is wanted', addresses, 'ip6', '[2001:db8::1]:80'],
    ['the IPv4 address where that is wanted', addresses, 'ip4', '192.0.2.1:80'],
    ['the name where that is wanted', addresses, 'name', 'a.example.net:80'],
    ['a name that is an address', { ip4: null, ip6: null, fqdn: '2001:db8::2' }, undefined, '[2001:db8::2]:80'],
  ])('is reached by %s', (_, endpoint, address, expected) => {
    expect(serverOf(address === undefined ? {} : { address }, pod('a', endpoint)).address).toBe(expected);
  });

  test.each<[Partial<Endpoint>, string | undefined, string]>([
    [{ ip6: null, fqdn: 'no name' }, undefined, 'neither an address nor a host name'],
    [addresses, 'name', 'no name'],
    [{ ...addresses, ip4: null }, 'ip4', 'no ip4'],
    [{ ...addresses, ip6: null }, 'ip6', 'no ip6'],
  ])('%j is refused where %s is wanted of it', (endpoint, address, what) => {
    const fqdn = endpoint.fqdn ?? (address === 'name' ? 'no name' : 'a.example.net');
    expect(() => serverOf(address === undefined ? {} : { address }, pod('a', { ...endpoint, fqdn }))).toThrow(
      new ConfigError([
        `sas/front: the pod ${fqdn} has ${what} in discovery: choose another address for its group in the prime file`,
      ]),
    );
  });

  test('has the port of its pod, else that of its group', () => {
    expect(serverOf({ port: 9_000 })).toMatchObject({ port: 80 });
    expect(serverOf({ port: 9_000 }, pod('a', { port: null }))).toMatchObject({ port: 9_000 });
    expect(() => serverOf({}, pod('a', { port: null }))).toThrow(
      new ConfigError([
        'sas/front: the pod a.example.net has no port in discovery: give its group a port in the prime file',
      ]),
    );
  });

  test('has every option of TLS, where TLS is wanted', () => {
    const standard = { verify: 'required', ca_file: null, sni: null, alpn: null, cert_file: null };
    expect(serverOf({ tls: true }).tls).toEqual(standard);
    expect(serverOf({ tls: { verify: 'none', sni: 'str(a)' } }).tls).toEqual({
      ...standard,
      verify: 'none',
      sni: 'str(a)',
    });
    expect(serverOf({ tls: false }).tls).toBeNull();
  });
});
