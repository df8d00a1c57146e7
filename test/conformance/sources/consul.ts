import { createConsulSource } from '../../../src/discovery/consul/source.ts';
import type { Source } from '../../../src/discovery/source.ts';
import type { AclOptions } from '../../../src/sandbox/consul/acl.ts';
import { startConsulServer } from '../../../src/sandbox/consul/server.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { accessTo } from '../../consul/lab.ts';
import { afterwards } from '../../support/current-test.ts';
import type { BenchPod, SourceBench } from '../source-bench.ts';
import { TWO_PODS } from './written.ts';

export const SERVICE = 'shop';

interface Situated {
  readonly pods?: readonly BenchPod[];
  readonly status?: 'passing' | 'critical';
  readonly acl?: AclOptions;
  readonly fault?: Fault;
  readonly isLeaderKnown?: boolean;
  readonly token?: string;
}

/** A pod is a node with one instance. */
async function sourceOf({ pods = TWO_PODS, status = 'passing', acl, fault, isLeaderKnown = true, token }: Situated) {
  const server = await startConsulServer(acl === undefined ? {} : { acl });
  afterwards(() => server.close());
  const instances = pods.map(({ name: node, port }) => ({
    node,
    service: SERVICE,
    id: `${SERVICE}-${port}`,
    port,
    status,
  }));
  server.agent.datacenter().catalog.set(SERVICE, instances);
  server.agent.leader.isKnown = isLeaderKnown;
  if (fault !== undefined) server.faults.add('*', fault);
  return consulSource(server.url, token, fault?.kind === 'stall' ? 300 : 10_000);
}

/** A source that asks this server, once. */
export function consulSource(url: string, token: string | null = null, attemptMs = 10_000): Source {
  return createConsulSource({
    access: accessTo([url], token),
    health: 'passing',
    nameMeta: null,
    consistency: 'stale',
    maxStaleMs: 5_000,
    limits: { attempts: 1, attemptMs },
  });
}

const wrong = { name: 'web-1.example.net', port: 'http' as unknown as number };
const SEES_NOTHING: AclOptions = { defaultPolicy: 'deny', tokens: { 'a-token': { service: '' } } };

export const consulBench: SourceBench = {
  endpointSet: SERVICE,
  serve: (pods) => sourceOf({ pods }),
  missing: () => sourceOf({ pods: [] }),
  empty: () => sourceOf({ status: 'critical' }),
  denied: () => sourceOf({ acl: SEES_NOTHING, token: 'a-token' }),
  stale: () => sourceOf({ isLeaderKnown: false }),
  partial: () => sourceOf({ fault: { kind: 'cut' } }),
  slow: () => sourceOf({ fault: { kind: 'stall' } }),
  cutOff: () => sourceOf({ fault: { kind: 'dropReply' } }),
  wrongType: () => sourceOf({ pods: [wrong] }),
  wrongService: () => sourceOf({ fault: { kind: 'html' } }),
};
