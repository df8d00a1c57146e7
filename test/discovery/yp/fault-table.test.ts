/**
 * Goal: whatever becomes of a question on its way, its answer is the right one or none. Method: every fault strikes the
 * first question, and the next one is answered; then it strikes all of them.
 */
import { describe, expect, test } from 'vitest';
import { createYpSource } from '../../../src/discovery/yp/source.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { startServer } from '../../http/test-server.ts';
import { type NetworkFault, startFaultyProxy } from '../../support/faulty-proxy.ts';

const group = { cluster: 'sas', endpointSet: 'front' };
const never = new AbortController().signal;
const PATH = '/resolve_endpoints/json';

const FAULTS: readonly (readonly [NetworkFault, 'unavailable' | 'invalid'])[] = [
  ['lostRequest', 'unavailable'],
  ['lostReply', 'unavailable'],
  ['cutReply', 'unavailable'],
  ['late', 'unavailable'],
  ['emptyReply', 'invalid'],
  ...[408, 429, 500, 502, 503, 504].map((status) => [status, 'unavailable'] as const),
];

const BODIES: readonly (readonly [what: string, endpoints: unknown])[] = [
  ['a text', 'a,b'],
  ['a number', 2],
  ['an object', { a: {} }],
  ['a list of texts', ['a', 'b']],
  ['a pod without an id', [{ fqdn: 'a.example.net' }]],
  ['a pod whose port is a text', [{ id: 'a', fqdn: 'a.example.net', port: '80' }]],
  ['a pod whose port is none', [{ id: 'a', fqdn: 'a.example.net', port: 65_536 }]],
  ['a pod whose address is none', [{ id: 'a', fqdn: 'a.example.net', ip4_address: '10.0.0.256' }]],
];

async function bench(endpoints: unknown = [{ id: 'a', fqdn: 'a.example.net' }]) {
  const body = JSON.stringify({ timestamp: 7, resolve_status: 'OK', endpoint_set: { endpoints } });
  const { url } = await startServer((_, response) => response.end(body));
  const proxy = await startFaultyProxy(url);
  const source = createYpSource({
    url: proxy.url,
    clientName: 'watcher:test',
    http: createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' }),
    random: () => 0,
    sleep: async () => {},
    limits: { attempts: 2, attemptMs: 2_000 },
  });
  return { proxy, ask: async () => (await source({ groups: [group] }, never)).answers[0]! };
}

describe.each(FAULTS)('a question that meets %s', (fault, verdict) => {
  test('once: is asked again and answered', async () => {
    const { proxy, ask } = await bench();
    proxy.breakNext(PATH, fault);
    expect(await ask()).toMatchObject({ verdict: 'ok', generation: '7', endpoints: [{ id: 'a' }] });
    expect(proxy.countOf(PATH)).toBe(2);
  });

  test('each time: has no answer that can be taken for a list', async () => {
    const { proxy, ask } = await bench();
    proxy.breakNext(PATH, fault);
    proxy.breakNext(PATH, fault);
    expect(await ask()).toMatchObject({ verdict, generation: null, endpoints: [] });
    expect(proxy.countOf(PATH)).toBe(2);
  });
});

test('a question that comes twice is answered once', async () => {
  const { proxy, ask } = await bench();
  proxy.breakNext(PATH, 'doubled');
  expect(await ask()).toMatchObject({ verdict: 'ok', endpoints: [{ id: 'a' }] });
});

test.each(BODIES)('%s in the place of a list of pods is no list', async (_, endpoints) => {
  const { ask } = await bench(endpoints);
  expect(await ask()).toMatchObject({ verdict: 'invalid', endpoints: [], generation: null });
});
