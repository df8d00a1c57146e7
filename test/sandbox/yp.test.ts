import { expect, onTestFinished, test } from 'vitest';
import { startYpServer, type YpServer, type YpServerOptions } from '../../src/sandbox/yp/server.ts';
import { call } from './support/http.ts';

const pods = [
  {
    id: 'front-1',
    fqdn: 'front-1.sas.yp-c.yandex.net',
    protocol: 'TCP',
    ip6_address: '2001:db8::1',
    port: 80,
    ready: true,
  },
  { id: 'front-2', fqdn: 'front-2.sas.yp-c.yandex.net', protocol: 'TCP', ip4_address: '', port: 0, ready: false },
];

async function ypForTest(options: YpServerOptions = {}): Promise<YpServer> {
  const server = await startYpServer(options);
  onTestFinished(() => server.close());
  return server;
}

function ask(server: YpServer, cluster: string, more: object = {}) {
  const body = { cluster_name: cluster, endpoint_set_id: 'front', client_name: 'watcher', ...more };
  return call('POST', `${server.url}/resolve_endpoints/json`, {}, JSON.stringify(body));
}

async function resolve(server: YpServer, cluster: string) {
  return JSON.parse((await ask(server, cluster)).body);
}

test('A set is answered with its endpoints; fields with their default value are left out.', async () => {
  const server = await ypForTest();
  server.set('sas', 'front', pods, { timestamp: 5 });
  expect(await resolve(server, 'sas')).toEqual({
    timestamp: 5,
    endpoint_set: {
      endpoint_set_id: 'front',
      endpoints: [pods[0], { id: 'front-2', fqdn: pods[1]!.fqdn, protocol: 'TCP' }],
    },
    resolve_status: 'OK',
    host: 'sd-1.sandbox',
  });
});

test('A set without endpoints is EMPTY, and has no list at all.', async () => {
  const server = await ypForTest();
  server.set('sas', 'front', []);
  const answer = await resolve(server, 'sas');
  expect(answer).toMatchObject({ resolve_status: 'EMPTY' });
  expect(answer.endpoint_set).toEqual({ endpoint_set_id: 'front' });
});

test('A set that nobody knows is NOT_EXISTS, with status 200.', async () => {
  const server = await ypForTest();
  server.set('sas', 'front', pods);
  expect(await resolve(server, 'vla')).toEqual({
    timestamp: expect.any(Number),
    resolve_status: 'NOT_EXISTS',
    host: 'sd-1.sandbox',
  });
});

test('NOT_CHANGED comes without endpoints, and any other status as it was given, or not at all.', async () => {
  const server = await ypForTest();
  server.set('sas', 'front', pods, { status: 'NOT_CHANGED' });
  expect(await resolve(server, 'sas')).not.toHaveProperty('endpoint_set');
  server.set('sas', 'front', pods, { status: 'PERHAPS' });
  expect(await resolve(server, 'sas')).toMatchObject({
    resolve_status: 'PERHAPS',
    endpoint_set: { endpoints: [{}, {}] },
  });
  server.set('sas', 'front', pods, { status: null });
  expect(await resolve(server, 'sas')).not.toHaveProperty('resolve_status');
});

test.each([
  [18446744073709551615n, '"timestamp":18446744073709551615,'],
  ['18446744073709551615', '"timestamp":"18446744073709551615",'],
  [3, '"timestamp":3,'],
])('A generation is sent as it was given: %s.', async (timestamp, expected) => {
  const server = await ypForTest();
  server.set('sas', 'front', pods, { timestamp });
  expect((await ask(server, 'sas')).body).toContain(expected);
});

test('Generations grow by themselves, beyond what a JavaScript number holds; one may be left out.', async () => {
  const server = await ypForTest();
  const generation = async () => BigInt(/"timestamp":(\d+)/.exec((await ask(server, 'sas')).body)![1]!);
  server.set('sas', 'front', pods);
  const first = await generation();
  server.set('sas', 'front', pods.slice(1));
  expect(await generation()).toBe(first + 1n);
  expect(first).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  server.set('sas', 'front', pods, { timestamp: null });
  expect(await resolve(server, 'sas')).not.toHaveProperty('timestamp');
});

test('Replicas answer in turn, and one that did not hear the news gives the old ones.', async () => {
  const server = await ypForTest({ replicas: ['sd-1', 'sd-2'] });
  server.set('sas', 'front', pods, { timestamp: 1 });
  server.set('sas', 'front', pods.slice(1), { timestamp: 2, replica: 'sd-1' });
  const seen = [];
  for (let round = 0; round < 3; round += 1) {
    const { host, timestamp, endpoint_set } = await resolve(server, 'sas');
    seen.push([host, timestamp, endpoint_set.endpoints.length]);
  }
  expect(seen).toEqual([
    ['sd-1', 2, 1],
    ['sd-2', 1, 2],
    ['sd-1', 2, 1],
  ]);
  expect(() => server.set('sas', 'front', pods, { replica: 'sd-9' })).toThrow('no replica sd-9');
});

test('An outage of one cluster leaves the others alone.', async () => {
  const server = await ypForTest();
  for (const cluster of ['sas', 'vla']) server.set(cluster, 'front', pods);
  const over = server.outage('vla');
  expect([(await ask(server, 'sas')).status, (await ask(server, 'vla')).status]).toEqual([200, 503]);
  over();
  expect((await ask(server, 'vla')).status).toBe(200);
});

test('Faults strike all requests, those of a cluster, or those of one set.', async () => {
  const server = await ypForTest();
  server.set('sas', 'front', pods);
  server.faults.add('sas/front', { kind: 'html' }, { times: 1 });
  expect((await ask(server, 'sas')).headers['content-type']).toBe('text/html');
  server.faults.add('*', { kind: 'status', status: 429, retryAfter: 1 }, { times: 1 });
  expect((await ask(server, 'vla')).status).toBe(429);
  server.faults.add('sas', { kind: 'dropReply' }, { times: 1 });
  await expect(ask(server, 'sas')).rejects.toThrow();
  expect((await ask(server, 'sas')).status).toBe(200);
});

test('It remembers who asked for what, and how many asked at once.', async () => {
  const server = await ypForTest();
  const gate = server.faults.hold('sas');
  const asked = [ask(server, 'sas', { ruid: 'run-1' }), ask(server, 'sas'), ask(server, 'sas')];
  await expect.poll(() => gate.waiting).toBe(3);
  gate.release();
  await Promise.all(asked);
  await ask(server, 'vla');
  expect(server.concurrencyMax).toBe(3);
  expect(server.requests).toHaveLength(4);
  expect(server.requests).toContainEqual({
    cluster: 'sas',
    setId: 'front',
    clientName: 'watcher',
    ruid: 'run-1',
    replica: 'sd-1.sandbox',
  });
});

test('A request that an outage swallowed is remembered too, without a replica.', async () => {
  const server = await ypForTest();
  server.outage('sas');
  await ask(server, 'sas');
  expect(server.requests).toMatchObject([{ cluster: 'sas', replica: null }]);
});

test.each([
  ['client_name is empty', { client_name: '' }],
  ['client_name is empty', { client_name: undefined }],
  ['endpoint_set_id is empty', { endpoint_set_id: '' }],
  ['ruid is not a string', { ruid: 7 }],
  ['unknown field watch_token', { watch_token: 'x' }],
])('A bad request is refused with 400: %s.', async (body, more) => {
  const server = await ypForTest();
  expect(await ask(server, 'sas', more)).toMatchObject({ status: 400, body });
});

test('Only a POST of JSON to its one path is served.', async () => {
  const server = await ypForTest();
  const url = `${server.url}/resolve_endpoints/json`;
  expect((await call('POST', url, {}, 'sas')).status).toBe(400);
  expect((await call('POST', url, {}, '[]')).status).toBe(400);
  expect((await call('GET', url)).status).toBe(405);
  expect((await call('POST', `${server.url}/resolve_endpoints`, {}, '{}')).status).toBe(404);
});

test('A server that is started later has newer generations: who knew the first believes the second.', async () => {
  const generationOf = async (server: YpServer) => {
    server.set('sas', 'front', pods);
    return BigInt(/"timestamp":(\d+)/.exec((await ask(server, 'sas')).body)![1]!);
  };
  const first = await generationOf(await ypForTest());
  const startedMs = Date.now();
  await expect.poll(() => Date.now()).toBeGreaterThan(startedMs);
  expect(await generationOf(await ypForTest())).toBeGreaterThan(first);
});
