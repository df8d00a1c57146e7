/** Real answers of a real server, BIND: what the fake of the other tests is measured by. */
import { beforeEach, expect, test } from 'vitest';
import { createDnsSource } from '../../../src/discovery/dns/source.ts';
import { startBind } from '../../support/bind.ts';
import { needs } from '../../support/needs.ts';

beforeEach(() => needs('bind'));

const never = new AbortController().signal;

test('each verdict', async () => {
  const server = await startBind([
    '_http._tcp.shop SRV 10 1 8080 web-1',
    '_http._tcp.shop SRV 20 1 80 WEB-2',
    'web-1 A 192.0.2.1',
    'web-1 A 192.0.2.9',
    'web-1 AAAA 2001:db8::1',
    'web-2 A 192.0.2.2',
    '_http._tcp.gone SRV 0 0 0 .',
    '_http._tcp.bare TXT nothing',
    '_http._tcp.alias CNAME _http._tcp.shop',
  ]);
  const source = createDnsSource({ servers: [server], wantsAddresses: true });
  const names = ['_http._tcp.shop', '_http._tcp.alias', '_http._tcp.gone', '_http._tcp.bare', '_http._tcp.none'];
  const groups = [...names.map((name) => `${name}.example.test`), 'example.net'].map((endpointSet) => ({
    cluster: 'dc1',
    endpointSet,
  }));
  const { answers } = await source({ groups }, never);
  expect(answers.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'empty', 'empty', 'missing', 'denied']);
  expect(answers[0]!.endpoints).toEqual([
    { id: 'web-1.example.test:8080', fqdn: 'web-1.example.test', ip4: '192.0.2.1', ip6: '2001:db8::1', port: 8080 },
    { id: 'web-2.example.test:80', fqdn: 'web-2.example.test', ip4: '192.0.2.2', ip6: null, port: 80 },
  ]);
  expect(answers[1]!.endpoints).toEqual(answers[0]!.endpoints);
});

test('an answer far beyond the 16 KiB that compression reaches is whole, and one beyond 64 KiB is not trusted', async () => {
  const pods = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${name} SRV 10 1 ${8000 + (at % 1000)} some-longer-name-of-a-pod-${at}`);
  const server = await startBind([...pods('many', 900), ...pods('more', 1_200)]);
  const source = createDnsSource({ servers: [server], wantsAddresses: false });
  const groups = ['many', 'more'].map((name) => ({ cluster: 'dc1', endpointSet: `${name}.example.test` }));
  const { answers } = await source({ groups }, never);
  expect(answers[0]).toMatchObject({ verdict: 'ok' });
  expect(answers[0]!.endpoints).toHaveLength(900);
  expect(answers[1]).toMatchObject({ verdict: 'unavailable', endpoints: [] });
});
