import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminOf } from '../../src/sandbox/kubernetes/admin.ts';
import { makeNamespace } from '../../src/sandbox/kubernetes/services.ts';
import { apiserverOfFile } from '../support/kube-apiserver.ts';
import { ENDING_TOKEN, type KubernetesCluster, kubeconfigOf, sandboxCluster } from '../support/kubernetes.ts';
import { electLeader, leasePath } from '../support/leader-election.ts';
import { grant, rulesIn } from '../support/rights-of-kubernetes.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { OpenService, Row } from './services.ts';

const [NAMESPACE, NAME] = ['balancers', 'mslb'];
const row = { leaseEnds: true, keepsOrder: false, shortestLease: '3s' } as const;
const apiserver = apiserverOfFile();

/** The API server of the sandbox, and a real one where the host has it. */
export const KUBERNETES_ROWS: readonly Row[] = [
  { lock: 'kubernetes', needs: [], ...row, rounds: 2, open: openPlayed },
  {
    lock: 'kubernetes, the real one',
    needs: ['kube-apiserver', 'etcd'],
    ...row,
    rounds: 10,
    isShared: true,
    open: openReal,
  },
];

async function openPlayed(): Promise<OpenService> {
  const cluster = await sandboxCluster();
  return {
    ...(await openLease(cluster)),
    async loseQuorum() {
      const body = JSON.stringify({ kind: 'Status', status: 'Failure', message: 'etcdserver: no leader', code: 500 });
      const heal = cluster.server().faults.add('*', { kind: 'status', status: 500, body });
      return async () => heal();
    },
  };
}

async function openReal(): Promise<OpenService> {
  await apiserver().start();
  return openLease(apiserver());
}

async function openLease(cluster: KubernetesCluster): Promise<OpenService> {
  const admin = adminOf(cluster);
  await makeNamespace(admin, NAMESPACE);
  if (cluster.authority !== null) await grant(cluster, admin, NAMESPACE, rulesIn('lock-kubernetes.md'));
  const drop = () => admin('DELETE', leasePath(NAMESPACE, NAME));
  await drop();
  await admin('DELETE', `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAME}-board`);
  const flags = { lock: 'kubernetes', lock_name: `${NAMESPACE}/${NAME}` };
  return {
    flags: { ...flags, kubeconfig: kubeconfigOf(cluster, 'watcher-token') },
    deny: async () => ({ ...flags, kubeconfig: kubeconfigOf(cluster, 'denied-token') }),
    async expire() {
      const tokenFile = join(tempFolder(), 'token');
      const show = (token: string) => writeFileSync(tokenFile, token, { mode: 0o600 });
      show(ENDING_TOKEN);
      return {
        flags: { ...flags, kubeconfig: kubeconfigOf(cluster, { tokenFile }) },
        async end() {
          show('watcher-token');
          await cluster.endToken(ENDING_TOKEN);
        },
      };
    },
    endLease: drop,
    stop: () => cluster.stop(),
    start: () => cluster.start(),
    takeOfficially: () => electLeader(admin, NAMESPACE, NAME),
  };
}
