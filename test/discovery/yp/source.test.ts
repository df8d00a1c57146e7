import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { knownPods } from '../../../src/discovery/known-pods.ts';
import { yp } from '../../../src/discovery/yp/backend.ts';
import { createYpSource, type YpOptions } from '../../../src/discovery/yp/source.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { closedPort, type Seen, startServer } from '../../http/test-server.ts';

const never = new AbortController().signal;
const group = { cluster: 'sas', endpointSet: 'front' };
const pod = { id: 'a', fqdn: 'a.example.net' };
const good = JSON.stringify({ timestamp: 1, resolve_status: 'OK', endpoint_set: { endpoints: [pod] } });

function sourceOf(url: string, options: Partial<YpOptions> = {}): ReturnType<typeof createYpSource> {
  return createYpSource({
    url,
    clientName: 'watcher:test',
    http: createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/1.2.3' }),
    random: () => 0,
    ...options,
  });
}

/** A clock that only sleeping moves, and what was slept. */
function fakeTime(): { readonly slept: number[] } & Pick<YpOptions, 'now' | 'sleep'> {
  const slept: number[] = [];
  const now = (): number => slept.reduce((sum, ms) => sum + ms, 0);
  return { slept, now, sleep: async (ms) => slept.push(ms) };
}

function status(code: number, headers: Record<string, string> = {}, body = ''): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(code, headers);
    response.end(body);
  };
}

test('asks in the words of YP.SD, with a fresh id each time', async () => {
  const server = await startServer((_, response) => response.end(good));
  const { answers } = await sourceOf(`${server.url}/`)({ groups: [group, { ...group, endpointSet: 'back' }] }, never);
  expect(answers.map(({ endpointSet, verdict }) => [endpointSet, verdict])).toEqual([
    ['front', 'ok'],
    ['back', 'ok'],
  ]);
  const bodies = server.seen.map(({ body }) => JSON.parse(body) as Record<string, string>);
  expect(
    bodies
      .map(({ ruid: _, ...rest }) => rest)
      .toSorted((one, other) => (one['endpoint_set_id']! < other['endpoint_set_id']! ? 1 : -1)),
  ).toEqual([
    { cluster_name: 'sas', endpoint_set_id: 'front', client_name: 'watcher:test' },
    { cluster_name: 'sas', endpoint_set_id: 'back', client_name: 'watcher:test' },
  ]);
  expect(new Set(bodies.map(({ ruid }) => ruid)).size).toBe(2);
  for (const { method, path, headers } of server.seen) {
    expect([method, path]).toEqual(['POST', '/resolve_endpoints/json']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'watcher/1.2.3',
    });
  }
});

test('its address and its name are settings', async () => {
  const server = await startServer((_, response) => response.end(good));
  const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
  const context = { http } as unknown as Parameters<typeof yp.create>[1];
  const source = yp.create({ ypUrl: server.url, ypClientName: 'balancer-1' }, context);
  expect((await source({ groups: [group] }, never)).answers).toMatchObject([{ verdict: 'ok' }]);
  expect(server.seen.map(({ body }) => JSON.parse(body).client_name)).toEqual(['balancer-1']);
});

test('replies may be larger together where more pods are known', async () => {
  const server = await startServer((_, response) => response.end(good));
  const limits = { maxTotalBytes: 10, bytesPerKnownPod: good.length, attempts: 1 };
  const known = knownPods([{ ...group, endpoints: [{ ...pod, ip4: null, ip6: null, port: null }] }]);
  const source = sourceOf(server.url, { limits });
  expect((await source({ groups: [group], known }, never)).answers).toMatchObject([{ verdict: 'ok' }]);
  expect((await source({ groups: [group] }, never)).answers).toMatchObject([
    { detail: expect.stringContaining('all replies together are larger than the limit of 10 bytes') },
  ]);
});

test.each([
  [401, 'denied', 1],
  [403, 'denied', 1],
  [404, 'unavailable', 1],
  [400, 'unavailable', 1],
  [408, 'unavailable', 5],
  [301, 'unavailable', 1],
  [307, 'unavailable', 1],
  [429, 'unavailable', 5],
  [500, 'unavailable', 5],
  [502, 'unavailable', 5],
  [503, 'unavailable', 5],
  [504, 'unavailable', 5],
  [204, 'invalid', 5],
  [202, 'invalid', 5],
] as const)('HTTP status %d is %s, after %d attempts', async (code, verdict, attempts) => {
  const server = await startServer((_, response) => status(code, { Location: '/elsewhere' })(response));
  const { answers } = await sourceOf(server.url, fakeTime())({ groups: [group] }, never);
  expect(answers).toMatchObject([{ ...group, verdict, endpoints: [], generation: null }]);
  expect(answers[0]!.detail).toContain(`HTTP status ${code}`);
  expect(server.seen).toHaveLength(attempts);
});

/** Packed beforehand: an attempt has only so much time. */
const BOMB = gzipSync(Buffer.alloc(30_000_000, ' '));

test.each([
  ['HTML', status(200, { 'Content-Type': 'text/html' }, '<html>log in</html>'), 'invalid', 5],
  ['nothing', status(200), 'invalid', 5],
  ['cut JSON', status(200, {}, good.slice(0, -3)), 'invalid', 5],
  ['bytes that are not UTF-8', (response: ServerResponse) => response.end(Buffer.from([0xff])), 'invalid', 5],
  ['a cut body', (response: ServerResponse) => response.write('{', () => response.destroy()), 'unavailable', 5],
  ['a hangup', (response: ServerResponse) => response.destroy(), 'unavailable', 5],
  [
    'a gzip bomb',
    (response: ServerResponse) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(BOMB);
    },
    'invalid',
    1,
  ],
] as const)('%s is never read as an empty list', async (_, reply, verdict, attempts) => {
  const server = await startServer((_request, response) => reply(response));
  const { answers } = await sourceOf(server.url, fakeTime())({ groups: [group] }, never);
  expect(answers).toMatchObject([{ ...group, verdict, endpoints: [] }]);
  expect(server.seen).toHaveLength(attempts);
});

test.each([
  [[403], 'HTTP status 403'],
  [[404], 'HTTP status 404: is yp_url right?'],
  [[503, 404], 'HTTP status 404: is yp_url right?, after 2 attempts'],
  [[503, 503, 503, 503, 503], 'HTTP status 503, after 5 attempts'],
  [[503, 200], 'answered by sd-1.example.net'],
])('of the replies %j it is reported: %s', async (codes, detail) => {
  const left = [...codes];
  const body = JSON.stringify({ ...JSON.parse(good), host: 'sd-1.example.net' });
  const server = await startServer((_, response) => status(left.shift()!, {}, body)(response));
  const { answers } = await sourceOf(server.url, fakeTime())({ groups: [group] }, never);
  expect(answers[0]!.detail).toBe(detail);
});

test('a group without a cluster is not asked about', async () => {
  const server = await startServer((_, response) => response.end(good));
  const { answers } = await sourceOf(server.url)({ groups: [{ ...group, cluster: '' }] }, never);
  expect(answers).toMatchObject([{ verdict: 'invalid', detail: 'cluster_name is empty: name a YP cluster' }]);
  expect(server.connections()).toBe(0);
});

test('a redirect takes the question nowhere', async () => {
  const stranger = await startServer((_, response) => response.end(good));
  const server = await startServer((_, response) => status(308, { Location: stranger.url })(response));
  await sourceOf(server.url)({ groups: [group] }, never);
  expect(stranger.connections()).toBe(0);
});

test('nobody listening is unavailable, and says so in one line', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  const time = fakeTime();
  const { answers } = await sourceOf(url, time)({ groups: [group] }, never);
  expect(time.slept).toHaveLength(4);
  expect(answers).toMatchObject([
    {
      verdict: 'unavailable',
      detail: `POST ${url}/resolve_endpoints/json: no connection (ECONNREFUSED), after 5 attempts`,
    },
  ]);
});

test('a server that does not speak TLS is not asked again', async () => {
  const server = await startServer((_, response) => response.end(good));
  const url = server.url.replace('http:', 'https:');
  const { answers } = await sourceOf(url, fakeTime())({ groups: [group] }, never);
  expect(answers).toMatchObject([{ verdict: 'unavailable' }]);
  expect(server.connections()).toBe(1);
});

test('keeps no connection once it has answered', async () => {
  const server = await startServer((_, response) => response.end(good));
  server.http.keepAliveTimeout = 600_000;
  await sourceOf(server.url)({ groups: [group] }, never);
  const open = (): Promise<number> =>
    new Promise((resolve) => void server.http.getConnections((_, count) => resolve(count)));
  await vi.waitFor(async () => expect(await open()).toBe(0), 20_000);
});

test('an answer after failures is an answer', async () => {
  const server = await startServer((_, response, count) => (count < 3 ? status(500)(response) : response.end(good)));
  const { answers } = await sourceOf(server.url, fakeTime())({ groups: [group] }, never);
  expect(answers).toMatchObject([{ verdict: 'ok', generation: '1', detail: null }]);
});

test('one failed group leaves the others alone', async () => {
  const server = await startServer(({ body }: Seen, response) =>
    body.includes('"vla"') ? status(403)(response) : response.end(good),
  );
  const clusters = ['sas', 'vla', 'klg'].map((cluster) => ({ ...group, cluster }));
  const { answers } = await sourceOf(server.url)({ groups: clusters }, never);
  expect(answers.map(({ cluster, verdict }) => [cluster, verdict])).toEqual([
    ['sas', 'ok'],
    ['vla', 'denied'],
    ['klg', 'ok'],
  ]);
});

test('pauses grow, are drawn at random, and stop where the time of a set ends', async () => {
  const server = await startServer((_, response) => status(500)(response));
  const time = fakeTime();
  await sourceOf(server.url, { ...time, random: () => 0.75 })({ groups: [group] }, never);
  // The next pause of 6 s would end after the 10 s that a set has.
  expect(time.slept).toEqual([750, 1500, 3000]);
  expect(server.seen).toHaveLength(4);
});

test('pauses stop where the time of all sets together ends, too', async () => {
  const server = await startServer((_, response) => status(500)(response));
  const time = fakeTime();
  const limits = { totalMs: 2_000 };
  await sourceOf(server.url, { ...time, limits, random: () => 0.75 })({ groups: [group] }, never);
  expect(time.slept).toEqual([750]);
});

test.each([
  ['3', [3000, 3000, 3000]],
  ['31536000', []],
  ['-1', [0, 0, 0, 0]],
] as const)('a server that says Retry-After: %s is left alone as far as the time allows', async (after, slept) => {
  const server = await startServer((_, response) => status(429, { 'Retry-After': after })(response));
  const time = fakeTime();
  await sourceOf(server.url, time)({ groups: [group] }, never);
  expect(time.slept).toEqual(slept);
});

test('silence ends: each attempt and each set have their time', async () => {
  const server = await startServer(() => undefined);
  const limits = { attempts: 1_000_000, attemptMs: 100, perSetMs: 4_000, backoffMs: 1 };
  const start = performance.now();
  const { answers } = await sourceOf(server.url, { limits })({ groups: [group] }, never);
  expect(answers).toMatchObject([{ verdict: 'unavailable' }]);
  expect(server.seen.length).toBeGreaterThan(1);
  expect(server.seen.length).toBeLessThanOrEqual(41);
  expect(performance.now() - start).toBeLessThan(60_000);
});

test('all sets together have their time: those whose turn does not come are unavailable and not asked about', async () => {
  const server = await startServer(() => undefined);
  const limits = { attempts: 1, attemptMs: 150, perSetMs: 150, totalMs: 200, concurrent: 2 };
  const many = Array.from({ length: 20 }, (_, index) => ({ ...group, endpointSet: `set-${index}` }));
  const { answers } = await sourceOf(server.url, { limits })({ groups: many }, never);
  expect(answers.map(({ verdict }) => verdict)).toEqual(Array(20).fill('unavailable'));
  expect(answers.at(-1)!.detail).toBe('discovery was too slow for its turn to come');
  expect(server.seen.length).toBeLessThan(10);
});

test('never asks about more than 32 sets at once, over connections that it keeps', async () => {
  let underWay = 0;
  let most = 0;
  let open = (): void => {};
  // Nobody is answered before all that come at once are there, however slow the host is.
  const allAreThere = new Promise<void>((resolve) => {
    open = resolve;
  });
  const server = await startServer(async (_, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    if (most === 32) open();
    await allAreThere;
    await wait(20);
    underWay -= 1;
    response.end(good);
  });
  const many = Array.from({ length: 150 }, (_, index) => ({ ...group, endpointSet: `set-${index}` }));
  const { answers } = await sourceOf(server.url)({ groups: many }, never);
  expect(answers.map(({ endpointSet, verdict }) => `${endpointSet} ${verdict}`)).toEqual(
    many.map(({ endpointSet }) => `${endpointSet} ok`),
  );
  expect(most).toBe(32);
  expect(server.connections()).toBe(32);
});

test.each(['a request', 'a pause'])('an abort ends %s at once', async (during) => {
  const server = await startServer((_, response) => (during === 'a pause' ? status(500)(response) : undefined));
  const abort = new AbortController();
  const limits = { attemptMs: 600_000, perSetMs: 2_000_000, totalMs: 2_000_000, backoffMs: 600_000 };
  const asking = sourceOf(server.url, { limits, random: () => 1 })({ groups: [group] }, abort.signal);
  const ended = expect(asking).rejects.toMatchObject({ failure: { kind: 'aborted' } });
  await vi.waitFor(() => expect(server.seen).toHaveLength(1), 20_000);
  abort.abort();
  await ended;
});

test('asks through the configured proxy', async () => {
  const proxy = await startServer((_, response) => response.end(good));
  const http = createHttpClients({ proxyUrl: proxy.url, trust: SYSTEMS_TRUST, userAgent: 'watcher/1.2.3' });
  const { answers } = await sourceOf('http://sd.invalid:8080', { http })({ groups: [group] }, never);
  expect(answers).toMatchObject([{ verdict: 'ok' }]);
  expect(proxy.seen).toMatchObject([{ path: 'http://sd.invalid:8080/resolve_endpoints/json' }]);
});

test('nothing to ask is nothing asked', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  expect(await sourceOf(url)({ groups: [] }, never)).toEqual({ answers: [] });
});
