/** Goal: what Consul says is read as it is meant, and no list that may lack pods is taken for a whole one. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../machines/vocabulary.ts';
import { consul } from '../../../src/discovery/consul/backend.ts';
import { type ConsulSourceOptions, createConsulSource } from '../../../src/discovery/consul/source.ts';
import type { AskedGroup } from '../../../src/discovery/source.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import { type ConsulServer, type ConsulServerOptions, startConsulServer } from '../../../src/sandbox/consul/server.ts';
import type { Registration } from '../../../src/sandbox/consul/state/catalog.ts';
import { accessTo } from '../../consul/lab.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { closedPort, startServer } from '../../http/test-server.ts';
import { afterwards } from '../../support/current-test.ts';

const never = new AbortController().signal;
const WEB: AskedGroup = { cluster: '', endpointSet: 'web' };
const one: Registration = { node: 'node-1', service: 'web', id: 'web-1', port: 80 };

async function agent(
  options: ConsulServerOptions = {},
  instances: readonly Registration[] = [one],
): Promise<ConsulServer> {
  const server = await startConsulServer(options);
  afterwards(() => server.close());
  server.agent.datacenter().catalog.set('web', instances);
  return server;
}

interface Asking extends Partial<ConsulSourceOptions> {
  readonly urls: readonly string[];
  readonly token?: string;
  readonly group?: AskedGroup;
}

async function ask({ urls, token, group = WEB, ...options }: Asking): Promise<Answer> {
  const source = createConsulSource({
    access: accessTo(urls, token),
    health: 'passing',
    nameMeta: null,
    consistency: 'default',
    maxStaleMs: 5_000,
    random: () => 0,
    limits: { attempts: 1 },
    ...options,
  });
  const { answers } = await source({ groups: [group] }, never);
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

/** A server that gives one answer to everything. */
async function answering(headers: Readonly<Record<string, string | undefined>>, body: unknown = [], status = 200) {
  const common = { 'x-consul-index': '7', 'x-consul-knownleader': 'true', 'x-consul-lastcontact': '0' };
  const server = await startServer((_, response) => {
    const all = Object.entries({ 'content-type': 'application/json', ...common, ...headers });
    response.writeHead(status, all.filter(([, value]) => value !== undefined).flat() as string[]);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return server;
}

describe('a pod', () => {
  test.each([
    [{}, { id: 'node-1/web-1', fqdn: 'node-1', ip4: '127.0.0.1', ip6: null, port: 80 }],
    [{ node: 'Node-1.Example.NET' }, { id: 'Node-1.Example.NET/web-1', fqdn: 'node-1.example.net' }],
    [{ serviceAddress: '192.0.2.1' }, { ip4: '192.0.2.1', ip6: null }],
    [{ serviceAddress: '2001:DB8:0::1' }, { ip4: null, ip6: '2001:db8::1' }],
    [{ address: '2001:db8::2' }, { ip4: null, ip6: '2001:db8::2' }],
    [{ serviceAddress: 'pod.example.net' }, { ip4: null, ip6: null }],
    [{ port: 0 }, { port: null }],
  ])('registered as %j is %j', async (registered, pod) => {
    const { url } = await agent({}, [{ ...one, ...registered }]);
    expect(await ask({ urls: [url] })).toMatchObject({ verdict: 'ok', endpoints: [pod], generation: '11' });
  });

  test('has its name in its metadata, where one is asked for', async () => {
    const { url } = await agent({}, [{ ...one, meta: { pod: 'web-0.pods.example.net' } }]);
    const asked = await ask({ urls: [url], nameMeta: 'pod' });
    expect(asked.endpoints).toMatchObject([{ id: 'node-1/web-1', fqdn: 'web-0.pods.example.net' }]);
    expect(await ask({ urls: [url], nameMeta: 'constructor' })).toMatchObject({
      verdict: 'invalid',
      detail: '"node-1/web-1" has no metadata "constructor", which consul_name_meta asks for',
    });
  });

  test('may have metadata of any name', async () => {
    const { url } = await agent({}, [
      { ...one, meta: { constructor: 'acme', prototype: 'b', pod: 'web-0.example.net' } },
    ]);
    const asked = await ask({ urls: [url], nameMeta: 'pod' });
    expect(asked).toMatchObject({ verdict: 'ok', endpoints: [{ fqdn: 'web-0.example.net' }] });
  });

  test('is one of several on its node, by ids of its own', async () => {
    const { url } = await agent({}, [one, { ...one, id: 'web-2', port: 81 }, { ...one, node: 'node-2' }]);
    const { endpoints } = await ask({ urls: [url] });
    expect(endpoints.map(({ id }) => id)).toEqual(['node-1/web-1', 'node-1/web-2', 'node-2/web-1']);
  });
});

test.each([
  ['passing', ['passing']],
  ['warning', ['passing', 'warning']],
  ['any', ['critical', 'passing', 'sick', 'warning']],
] as const)('with consul_health %s these count: %j', async (health, nodes) => {
  const { url } = await agent({}, [
    { ...one, node: 'passing', status: 'passing' },
    { ...one, node: 'warning', status: 'warning' },
    { ...one, node: 'critical', status: 'critical' },
    { ...one, node: 'sick', status: 'passing', nodeStatus: 'critical' },
  ]);
  const { endpoints } = await ask({ urls: [url], health });
  expect(endpoints.map(({ fqdn }) => fqdn)).toEqual(nodes);
});

test('a service without a healthy instance is empty, one without any is missing', async () => {
  const { url } = await agent({}, [{ ...one, status: 'warning' }]);
  expect(await ask({ urls: [url] })).toMatchObject({
    verdict: 'empty',
    detail: 'none of its 1 instances is healthy (consul_health is passing)',
  });
  expect(await ask({ urls: [url], group: { cluster: '', endpointSet: 'other' } })).toMatchObject({
    verdict: 'missing',
  });
});

describe('a group', () => {
  test.each([
    ['web', ['a', 'b']],
    ['v1.web', ['a']],
    ['V1.WEB', ['a']],
    ['rack.7.web', ['b']],
  ])('%s has %j', async (endpointSet, nodes) => {
    const { url } = await agent({}, [
      { ...one, node: 'a', tags: ['v1'] },
      { ...one, node: 'b', tags: ['rack.7'] },
    ]);
    const { endpoints } = await ask({ urls: [url], group: { cluster: 'dc1', endpointSet } });
    expect(endpoints.map(({ fqdn }) => fqdn)).toEqual(nodes);
  });

  test.each(['.web', 'web.', '.'])('%s is none', async (endpointSet) => {
    const { url } = await agent();
    const group = { cluster: '', endpointSet };
    expect(await ask({ urls: [url], group })).toMatchObject({
      verdict: 'invalid',
      detail: 'endpoint_set_id is no service of Consul: write service, or tag.service',
    });
  });

  test('is asked about in its datacenter, and one that Consul does not have is named with those that it has', async () => {
    const { url, agent: there } = await agent({ datacenters: ['dc1', 'dc2'] });
    there.datacenter('dc2').catalog.set('web', [{ ...one, node: 'far' }]);
    const asked = async (cluster: string) => ask({ urls: [url], group: { cluster, endpointSet: 'web' } });
    expect((await asked('dc2')).endpoints).toMatchObject([{ fqdn: 'far' }]);
    expect((await asked('')).endpoints).toMatchObject([{ fqdn: 'node-1' }]);
    expect(await asked('dc9')).toMatchObject({
      verdict: 'unavailable',
      detail: 'consul has no datacenter "dc9", it knows "dc1", "dc2"',
    });
  });
});

describe('a list that may lack pods is not trusted:', () => {
  const tokens = {
    all: { service: '', node: '' },
    half: { service: '', node: 'node-1' },
    other: { service: 'db', node: '' },
  };
  const acl = { defaultPolicy: 'deny', tokens } as const;

  test.each([
    ['all', 'ok', null],
    ['half', 'denied', /left out what the token may not see/],
    ['other', 'denied', /service:read and node:read/],
    ['unknown', 'denied', /"ACL not found" .* consul_token_file/],
    [undefined, 'denied', /set consul_token_file/],
  ])('the token %s gets the verdict %s', async (token, verdict, detail) => {
    const { url } = await agent({ acl }, [one, { ...one, node: 'node-2' }]);
    const answer = await ask({ urls: [url], ...(token === undefined ? {} : { token }) });
    expect(answer.verdict).toBe(verdict);
    if (detail !== null) expect(answer.detail).toMatch(detail);
  });

  test('an empty list where nothing is shown to nobody is a refusal without a token alone', async () => {
    const { url } = await answering({ 'x-consul-default-acl-policy': 'deny' });
    expect(await ask({ urls: [url] })).toMatchObject({ verdict: 'denied' });
    expect(await ask({ urls: [url], token: 'all' })).toMatchObject({ verdict: 'missing' });
  });

  test('one that lacks what the token may not see is refused, however old it is', async () => {
    const { url } = await answering({ 'x-consul-results-filtered-by-acls': 'true', 'x-consul-lastcontact': '5001' });
    expect(await ask({ urls: [url] })).toMatchObject({
      verdict: 'denied',
      detail: expect.stringContaining('node:read'),
    });
  });

  test('how old one may be, and which instances count, are settings', async () => {
    const answer = [{ Node: { Node: 'n' }, Service: { ID: 's', Service: 'web' }, Checks: [{ Status: 'critical' }] }];
    const { url } = await answering({ 'x-consul-lastcontact': '6000' }, answer);
    const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
    const context = { http, secretFiles: {}, note: () => {} } as unknown as Parameters<typeof consul.create>[1];
    const none = { consulTokenFile: null, consulNamespace: null, consulCertFile: null, consulPrivateKeyFile: null };
    const own = { ...none, consulUrl: [url], consulDatacenter: null, consulNameMeta: null } as const;
    const verdict = async (consulMaxStaleMs: number, consulHealth: 'any' | 'passing') => {
      const settings = { ...own, consulConsistency: 'default', consulMaxStaleMs, consulHealth } as const;
      return (await consul.create(settings, context)({ groups: [WEB] }, never)).answers[0]!.verdict;
    };
    expect(await verdict(5_999, 'any')).toBe('stale');
    expect(await verdict(6_000, 'any')).toBe('ok');
    expect(await verdict(6_000, 'passing')).toBe('empty');
  });

  test('one from a stream says neither what it left out nor how old it is', async () => {
    const { url } = await answering({ 'x-consul-query-backend': 'streaming' });
    expect(await ask({ urls: [url] })).toMatchObject({
      verdict: 'unavailable',
      detail: expect.stringMatching(/"streaming"/),
    });
  });

  test.each([
    [{ 'x-consul-knownleader': 'false' }, 'stale', /knows no leader/],
    [{ 'x-consul-knownleader': '' }, 'stale', /knows no leader/],
    [{ 'x-consul-lastcontact': '5001' }, 'stale', /heard from its leader 5.001s ago \(consul_max_stale is 5s\)/],
    [{ 'x-consul-lastcontact': 'x' }, 'stale', /at an unknown time/],
    [{ age: '6' }, 'stale', /a cache on the way/],
    [{ 'x-consul-lastcontact': '5000', age: '5' }, 'missing', /no instance/],
    [{ 'x-consul-index': 'x' }, 'invalid', /whole number/],
    [{ 'x-consul-index': undefined }, 'invalid', /without X-Consul-Index: is consul_url right\?/],
  ] as const)('with %j it is %s', async (headers, verdict, detail) => {
    const { url } = await answering(headers);
    expect(await ask({ urls: [url] })).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });
});

test.each([
  ['[{}]', /Node: is missing/],
  ['{}', /expected a list of instances/],
  ['null', /expected a list of instances/],
  ['[', /not JSON/],
])('the body %s is invalid', async (body, detail) => {
  const { url } = await answering({}, body);
  expect(await ask({ urls: [url] })).toMatchObject({ verdict: 'invalid', detail: expect.stringMatching(detail) });
});

test.each([
  [{ Node: { Node: 'n', Datacenter: 'dc2' }, Service: { ID: 'web', Service: 'web' } }, '"dc1", got "dc2"'],
  [{ Node: { Node: 'n', Datacenter: 'DC1' }, Service: { ID: 'web', Service: 'web' } }, '"dc1", got "DC1"'],
  [{ Node: { Node: 'n' }, Service: { ID: 'db', Service: 'db' } }, '"web", got "db"'],
  [{ Node: { Node: 'a b' }, Service: { ID: 'web', Service: 'web' } }, 'expected an id'],
  [{ Node: { Node: 'n' }, Service: { ID: 'web', Service: 'web', Port: 65_536 } }, 'expected a port number'],
])('an instance %j is not taken', async (instance, words) => {
  const { url } = await answering({}, [instance]);
  const group = { cluster: 'dc1', endpointSet: 'web' };
  expect(await ask({ urls: [url], group })).toMatchObject({
    verdict: 'invalid',
    detail: expect.stringContaining(words),
  });
});

describe('trouble', () => {
  test.each([
    [500, 'No cluster leader', 'unavailable', /"No cluster leader" \(HTTP status 500\)/],
    [500, 'rpc error making call: Permission denied', 'denied', /Permission denied/],
    [400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature', 'invalid', /Enterprise/],
    [429, '', 'unavailable', /429/],
  ])('HTTP status %i "%s" is %s', async (status, text, verdict, detail) => {
    const { url } = await answering({ 'x-consul-default-acl-policy': 'allow' }, text, status);
    expect(await ask({ urls: [url] })).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
  });

  test('of what is no Consul is named with its address, and not asked again', async () => {
    const server = await startServer((_, response) => response.writeHead(404).end('<html>not here</html>'));
    const answer = await ask({ urls: [server.url], limits: { attempts: 5 } });
    expect(answer).toMatchObject({ verdict: 'unavailable', detail: expect.stringMatching(/is consul_url right\?/) });
    expect(answer.detail).toContain(server.url);
    expect(answer.detail).not.toContain('html');
    expect(server.seen).toHaveLength(1);
  });

  test('of one server is left behind for the next one', async () => {
    const leaderless = await agent();
    leaderless.agent.leader.isKnown = false;
    const { url } = await agent();
    const closed = `http://127.0.0.1:${await closedPort()}`;
    for (const consistency of ['default', 'stale'] as const) {
      const urls = [closed, leaderless.url, url];
      expect(await ask({ urls, consistency, limits: { attempts: 3 } })).toMatchObject({ verdict: 'ok' });
    }
  });

  test('with the token’s file is reported in its words, and nobody is asked', async () => {
    const server = await answering({});
    expect(await ask({ urls: [server.url], token: 'CANARY CANARY' })).toMatchObject({
      verdict: 'denied',
      detail: expect.stringMatching(/^consul_token_file: \/\S+ has spaces in its line((?!CANARY).)*$/),
    });
    expect(server.seen).toEqual([]);
  });
});

test('the token travels in its header alone, and is never repeated', async () => {
  const server = await answering({ 'x-consul-default-acl-policy': 'deny' }, 'ACL not found: s3cret-token', 403);
  const { detail } = await ask({ urls: [server.url], token: 's3cret-token' });
  expect(server.seen).toMatchObject([
    { path: '/v1/health/service/web', headers: { 'x-consul-token': 's3cret-token' } },
  ]);
  expect(detail).toContain('ACL not found: ***');
});

test.each([
  ['default', '/v1/health/service/w%2Feb?dc=dc1'],
  ['stale', '/v1/health/service/w%2Feb?dc=dc1&stale'],
  ['consistent', '/v1/health/service/w%2Feb?dc=dc1&consistent'],
] as const)('with consul_consistency %s it asks %s', async (consistency, path) => {
  const server = await answering({});
  await ask({ urls: [server.url], consistency, group: { cluster: 'dc1', endpointSet: 'w/eb' } });
  expect(server.seen.map((seen) => seen.path)).toEqual([path]);
});
