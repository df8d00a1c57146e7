import type { Source } from '../../../src/discovery/source.ts';
import { createYpSource } from '../../../src/discovery/yp/source.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { startYpServer } from '../../../src/sandbox/yp/server.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { afterwards } from '../../support/current-test.ts';
import type { BenchPod, SourceBench } from '../source-bench.ts';
import { TWO_PODS } from './written.ts';

async function sourceOf(pods: readonly BenchPod[] | null, fault: Fault | null = null): Promise<Source> {
  const server = await startYpServer();
  afterwards(() => server.close());
  if (pods !== null) {
    const endpoints = pods.map(({ name, port }) => ({ id: `${name}:${port}`, fqdn: name, port }));
    server.set('dc1', 'shop', endpoints);
  }
  if (fault !== null) server.faults.add('*', fault);
  return createYpSource({
    url: server.url,
    clientName: 'watcher:test',
    http: createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/1.2.3' }),
    limits: { attempts: 1, attemptMs: 2_000 },
  });
}

const wrong = { name: 'web-1.example.net', port: 'http' as unknown as number };

export const ypBench: SourceBench = {
  endpointSet: 'shop',
  serve: (pods) => sourceOf(pods),
  missing: () => sourceOf(null),
  empty: () => sourceOf([]),
  denied: () => sourceOf(TWO_PODS, { kind: 'status', status: 403 }),
  stale: 'an older timestamp is judged by the machine, which alone knows the one before',
  partial: () => sourceOf(TWO_PODS, { kind: 'cut' }),
  slow: () => sourceOf(TWO_PODS, { kind: 'stall' }),
  cutOff: () => sourceOf(TWO_PODS, { kind: 'dropReply' }),
  wrongType: () => sourceOf([wrong]),
  wrongService: () => sourceOf(TWO_PODS, { kind: 'html' }),
};
