import { TRUNCATED_RESPONSE } from 'dns-packet';
import { createDnsSource } from '../../../src/discovery/dns/source.ts';
import type { Source } from '../../../src/discovery/source.ts';
import { type Behaviour, framed, packetOf, soa, srv } from '../../../src/sandbox/dns/server.ts';
import { startDnsServer } from '../../support/dns-server.ts';
import type { SourceBench } from '../source-bench.ts';
import { TWO_PODS } from './written.ts';

const NAME = '_http._tcp.shop.example.net';

async function sourceOf(behave: Behaviour): Promise<Source> {
  const servers = [await startDnsServer(behave)];
  return createDnsSource({ servers, wantsAddresses: false, resolution: { timeoutMs: 2_000, attempts: 1 } });
}

const two = TWO_PODS.map(({ name, port }) => srv(NAME, name, port));

export const dnsBench: SourceBench = {
  endpointSet: NAME,
  podsMax: 900,
  serve: (pods) => sourceOf(() => ({ answers: pods.map(({ name, port }) => srv(NAME, name, port)) })),
  missing: () => sourceOf(() => ({ rcode: 3, authorities: [soa] })),
  empty: () => sourceOf(() => ({ authorities: [soa] })),
  denied: () => sourceOf(() => ({ rcode: 5 })),
  stale: 'DNS has no word for it',
  partial: () => sourceOf(() => ({ answers: two, flags: TRUNCATED_RESPONSE })),
  slow: () => sourceOf(() => null),
  cutOff: () =>
    sourceOf(({ id, socket }) => {
      socket.end(framed(packetOf({ answers: two }, id, [{ type: 'SRV', name: NAME }])).subarray(0, 60));
      return null;
    }),
  wrongType: () => sourceOf(() => ({ answers: [srv(NAME, 'a b')] })),
  wrongService: () => sourceOf(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
};
