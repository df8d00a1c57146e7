import { createKubernetesSource } from '../../../src/discovery/kubernetes/source.ts';
import type { Source } from '../../../src/discovery/source.ts';
import { createSecretFiles } from '../../../src/files/secret-files.ts';
import { createHttpClients } from '../../../src/http/clients.ts';
import { connector } from '../../../src/kubernetes/connect.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { adminOf } from '../../../src/sandbox/kubernetes/admin.ts';
import { endpointOf, makeNamespace, makeService, setSlices } from '../../../src/sandbox/kubernetes/services.ts';
import { SYSTEMS_TRUST } from '../../http/systems-trust.ts';
import { afterwards } from '../../support/current-test.ts';
import { type KubernetesCluster, kubeconfigOf, sandboxCluster } from '../../support/kubernetes.ts';
import { grant, rulesIn } from '../../support/rights-of-kubernetes.ts';
import type { BenchPod, SourceBench } from '../source-bench.ts';
import { TWO_PODS } from './written.ts';

const PER_SLICE = 100;

/** Pods as slices of one port each, as the controller makes them: a hundred to a slice. */
function slicesOf(pods: readonly BenchPod[]) {
  const ports = [...new Set(pods.map(({ port }) => port))];
  return ports.flatMap((port) => {
    const own = pods.filter((pod) => pod.port === port).map(({ name }) => endpointOf(name, addressOf(name)));
    const count = Math.ceil(own.length / PER_SLICE);
    return Array.from({ length: count }, (_, at) => ({
      endpoints: own.slice(at * PER_SLICE, (at + 1) * PER_SLICE),
      ports: [{ name: 'http', protocol: 'TCP', port }],
    }));
  });
}

function addressOf(name: string): string {
  const number = Number(/\d+/.exec(name)![0]);
  return `10.1.${number >> 8}.${number & 255}`;
}

interface Limits {
  readonly pageSize?: number;
  readonly attemptMs?: number;
  readonly attempts?: number;
}

/** The source as a run has it, by a kubeconfig with one user, and without pauses. */
export function kubernetesSource(kubeconfig: string, limits: Limits = {}): Source {
  const http = createHttpClients({ proxyUrl: null, trust: SYSTEMS_TRUST, userAgent: 'watcher/test' });
  afterwards(() => http.close());
  const context = {
    http,
    secretFiles: createSecretFiles({ allowUnsafe: false }),
    askCommand: () => Promise.reject(new Error('nothing is run here')),
    environment: {},
    note: () => {},
  };
  const httpLimits = { maxBytes: 32 * 1024 * 1024, maxConcurrent: 8 };
  const connect = connector({ kubeconfig, context: 'dc1' }, context, httpLimits);
  return createKubernetesSource({
    apiOf: connect,
    clusterDomain: 'cluster.local',
    random: () => 0,
    limits: { attempts: 1, attemptMs: 30_000, ...limits },
  });
}

/** What a cluster has when a source is made: null is no service. */
async function serveFrom(cluster: KubernetesCluster, pods: readonly BenchPod[] | null, token: string): Promise<Source> {
  const admin = adminOf(cluster);
  await makeNamespace(admin, 'shop');
  if (cluster.authority !== null) {
    await grant(cluster, admin, 'shop', rulesIn('source-kubernetes.md'));
  }
  await setSlices(admin, 'shop', 'web', pods === null ? [] : slicesOf(pods));
  if (pods === null) await admin('DELETE', '/api/v1/namespaces/shop/services/web');
  else await makeService(admin, 'shop', 'web');
  return kubernetesSource(kubeconfigOf(cluster, token));
}

type Faulty = Parameters<typeof serveFrom>[1] | { readonly fault: Fault };

async function sandboxSource(given: Faulty, token = 'watcher-token'): Promise<Source> {
  const cluster = await sandboxCluster();
  if (given !== null && 'fault' in given) {
    await serveFrom(cluster, TWO_PODS, token);
    cluster.server().faults.add('list endpointslices', given.fault);
    return kubernetesSource(kubeconfigOf(cluster, token), { attemptMs: 2_000 });
  }
  return serveFrom(cluster, given, token);
}

const NOT_STALE = 'a list without a resourceVersion is the newest there is';

/** On the API server of the sandbox. */
export const kubernetesBench: SourceBench = {
  endpointSet: 'shop/web:http',
  serve: (pods) => sandboxSource(pods),
  missing: () => sandboxSource(null),
  empty: () => sandboxSource([]),
  denied: () => sandboxSource(TWO_PODS, 'denied-token'),
  stale: NOT_STALE,
  partial: () => sandboxSource({ fault: { kind: 'cut' } }),
  slow: () => sandboxSource({ fault: { kind: 'stall' } }),
  cutOff: () => sandboxSource({ fault: { kind: 'dropReply' } }),
  wrongType: () =>
    sandboxSource({ fault: { kind: 'status', status: 200, body: '{"kind":"EndpointSliceList","items":{}}' } }),
  wrongService: () => sandboxSource({ fault: { kind: 'html' } }),
};

/** On a real kube-apiserver, which comes into fewer situations. */
export function apiserverBench(cluster: () => KubernetesCluster): SourceBench {
  const harmless = 'a real API server cannot be made to do so';
  return {
    ...kubernetesBench,
    needs: ['kube-apiserver', 'etcd'],
    serve: (pods) => serveFrom(cluster(), pods, 'watcher-token'),
    missing: () => serveFrom(cluster(), null, 'watcher-token'),
    empty: () => serveFrom(cluster(), [], 'watcher-token'),
    denied: () => serveFrom(cluster(), TWO_PODS, 'denied-token'),
    partial: harmless,
    slow: harmless,
    cutOff: harmless,
    wrongType: harmless,
    wrongService: harmless,
  };
}
