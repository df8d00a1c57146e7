import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Admin, adminOf } from '../kubernetes/admin.ts';
import { kubeconfigText } from '../kubernetes/kubeconfig.ts';
import { startKubernetes } from '../kubernetes/server.ts';
import { makeNamespace, makeService, setSlices } from '../kubernetes/services.ts';
import type { EndpointSet } from '../pods.ts';
import { prepareApiserver } from '../real/kube-apiserver.ts';
import type { YpEndpoint } from '../yp/sets.ts';
import { type Chosen, realOr } from './real-or.ts';
import { LOCK_NAME, oneServer, type SourceStandIn, type StandIn, type StandInOptions } from './stand-in.ts';

const SERVICE = 'market-front';
const TOKEN = 'sandbox-token';

interface KubernetesPlayer extends Chosen {
  readonly url: string;
  readonly authority: string | null;
  readonly admin: Admin;
  close(): Promise<void>;
}

/** A Lease of Kubernetes: in a real API server where it is installed, with the etcd that it needs. */
export async function startKubernetesLock(options: StandInOptions = {}): Promise<StandIn> {
  const server = await kubernetesOf(options);
  const { lockName = LOCK_NAME } = options;
  await makeNamespace(server.admin, lockName.split('/')[0]!);
  return {
    ...shown(server),
    equip: (folder) => ({ kubeconfig: kubeconfigIn(folder, server), lock_name: lockName }),
    close: () => server.close(),
  };
}

/** EndpointSlices: clusters are namespaces with one service, whose pods are those of a StatefulSet. */
export async function startKubernetesSource(options: StandInOptions = {}): Promise<SourceStandIn> {
  const server = await kubernetesOf(options);
  return {
    ...shown(server),
    equip: (folder) => ({ kubeconfig: kubeconfigIn(folder, server) }),
    inOwnWords: (sets) => sets.map(setInOwnWords),
    async setPods(sets) {
      for (const { cluster_name: namespace, endpoints } of sets) {
        await makeNamespace(server.admin, namespace);
        await makeService(server.admin, namespace, SERVICE);
        const slice = {
          addressType: 'IPv6',
          endpoints: endpoints.map((pod) => endpointOf(pod, namespace)),
          ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
        };
        await setSlices(server.admin, namespace, SERVICE, [slice]);
      }
    },
    close: () => server.close(),
  };
}

function shown(server: KubernetesPlayer) {
  const about = `API server ${server.url}  ${server.which}`;
  return { name: 'Kubernetes', isReal: server.isReal, about, port: Number(new URL(server.url).port) };
}

function setInOwnWords({ cluster_name: namespace, endpoints }: EndpointSet): EndpointSet {
  return {
    cluster_name: '',
    endpoint_set_id: `${namespace}/${SERVICE}:http`,
    endpoints: endpoints.map((pod) => ({
      ...pod,
      id: `${pod.id}.${namespace}`,
      fqdn: `${pod.id}.${SERVICE}.${namespace}.svc.cluster.local`,
    })),
  };
}

/** As the controller of Kubernetes writes it. */
function endpointOf({ id, ip6_address: address }: YpEndpoint, namespace: string): object {
  return {
    addresses: [address],
    hostname: id,
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace, name: id, uid: `${id}.${namespace}` },
  };
}

function kubeconfigIn(folder: string, server: KubernetesPlayer): string {
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, kubeconfigText(server, TOKEN), { mode: 0o600 });
  return path;
}

function kubernetesOf(options: StandInOptions): Promise<KubernetesPlayer> {
  const { host = '127.0.0.1', port = 0 } = options;
  const tokens = { [TOKEN]: 'admin' };
  return oneServer(options, 'kubernetes', () =>
    realOr(options, {
      programs: ['kube-apiserver', 'etcd'],
      async real({ 'kube-apiserver': program, etcd }, folder) {
        const server = await prepareApiserver({ program, etcd, folder, port, tokens, authorization: 'AlwaysAllow' });
        await server.start();
        return { ...server, authority: server.authority() };
      },
      async played() {
        const server = await startKubernetes({ host, port, tokens });
        return { ...server, authority: null, admin: adminOf({ url: server.url, authority: null, adminToken: TOKEN }) };
      },
    }),
  );
}
