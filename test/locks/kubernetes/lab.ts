import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import { connector } from '../../../src/kubernetes/connect.ts';
import type { LockDriver } from '../../../src/locks/backend.ts';
import { createKubernetesLock } from '../../../src/locks/kubernetes/lock.ts';
import type { Clocks } from '../../../src/locks/lease-clock.ts';
import { adminOf, type Reply } from '../../../src/sandbox/kubernetes/admin.ts';
import { makeNamespace } from '../../../src/sandbox/kubernetes/services.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { afterwards } from '../../support/current-test.ts';
import { kubeconfigOf, sandboxCluster } from '../../support/kubernetes.ts';
import { leasePath } from '../../support/leader-election.ts';

export const CLAIM = { reason: 'changed' } as const;
export const never = new AbortController().signal;

const PATH = leasePath('balancers', 'mslb');

export interface DriverOptions {
  readonly clocks?: Clocks;
  readonly leaseMs?: number;
  readonly watchMs?: number;
  readonly note?: (line: string) => void;
}

/** An API server of the running test's own, with the Lease that the drivers are about. */
export async function openLab() {
  const cluster = await sandboxCluster();
  const admin = adminOf(cluster);
  await makeNamespace(admin, 'balancers');
  const kubeconfig = kubeconfigOf(cluster, 'watcher-token');

  function driver(host: string, options: DriverOptions = {}): LockDriver {
    const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
    afterwards(() => http.close());
    const context = {
      http,
      secretFiles: createSecretFiles({ allowUnsafe: false }),
      askCommand: () => Promise.reject(new Error('nothing is run here')),
      environment: {},
      note: () => {},
    };
    return createKubernetesLock({
      name: { namespace: 'balancers', name: 'mslb' },
      leaseMs: 10_000,
      identity: { host, pid: 4_242, runId: `run-${host}` },
      connect: connector({ kubeconfig, context: null }, context, { maxBytes: 100_000, maxConcurrent: 8 }),
      ...options,
    });
  }

  /** The Lease as it is now. */
  async function lease(): Promise<Reply['object']> {
    return (await admin('GET', PATH)).object;
  }

  /** Writes into the Lease, or makes it. */
  async function write(spec: object, metadata: object = {}): Promise<void> {
    const known = await admin('GET', PATH);
    const fresh = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'mslb' }, spec: {} };
    const object = known.status === 200 ? known.object : fresh;
    const body = { ...object, metadata: { ...object.metadata, ...metadata }, spec: { ...object.spec, ...spec } };
    const { status } = await (known.status === 200
      ? admin('PUT', PATH, body)
      : admin('POST', PATH.replace(/\/mslb$/, ''), body));
    if (status !== 200 && status !== 201) throw new Error(`the Lease cannot be written: ${status}`);
  }

  const { requests, faults, forbidden, store } = cluster.server();
  return { driver, lease, write, drop: () => admin('DELETE', PATH), requests, faults, forbidden, store };
}

/** Clocks that stand still until they are moved, each by itself. */
export function handClocks(): Clocks & { pass(ms: number): void; step(ms: number): void } {
  let [monotonic, wall] = [1_000, Date.parse('2026-01-02T03:04:05.678Z')];
  return {
    monotonicMs: () => monotonic,
    bootMs: () => monotonic,
    wallMs: () => wall,
    pass(ms) {
      monotonic += ms;
      wall += ms;
    },
    step(ms) {
      wall += ms;
    },
  };
}
