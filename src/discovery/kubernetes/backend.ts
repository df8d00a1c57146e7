import { sourceKey } from '../../config/key.ts';
import { text } from '../../config/value-types.ts';
import type { KubernetesApi } from '../../kubernetes/api.ts';
import { connector } from '../../kubernetes/connect.ts';
import { secretsOfKubernetes } from '../../kubernetes/own-secrets.ts';
import { KubernetesProblem } from '../../kubernetes/problem.ts';
import { contextRelation, describeAccess, type KubernetesSettings, kubernetesKeys } from '../../kubernetes/settings.ts';
import { quoted } from '../../text/quoted.ts';
import type { SourceBackend, SourceContext } from '../backend.ts';
import { isHostName } from '../names.ts';
import { createKubernetesSource } from './source.ts';

export interface KubernetesSourceSettings extends KubernetesSettings {
  readonly kubernetesClusterDomain: string;
}

/** Ten thousand endpoints are about five megabytes. */
const HTTP_LIMITS = { maxBytes: 32 * 1024 * 1024, maxTotalBytes: 128 * 1024 * 1024, maxConcurrent: 8 };

/** The EndpointSlices of services. */
export const kubernetes: SourceBackend<KubernetesSourceSettings> = {
  keys: {
    ...kubernetesKeys,
    kubernetesClusterDomain: sourceKey('kubernetes_cluster_domain', text('domain'), 'cluster.local', {
      doc: 'What the names of a StatefulSet’s pods end in, as the DNS of the cluster has it.',
    }),
  },
  relations: [
    contextRelation,
    {
      fields: ['kubernetesClusterDomain'],
      holds: ({ kubernetesClusterDomain }) => isHostName(kubernetesClusterDomain),
      say: (show) => `${show('kubernetesClusterDomain')} is no domain: expected one like cluster.local`,
    },
  ],
  files: { reads: ['kubeconfig'] },
  secrets: secretsOfKubernetes,
  describe: (own) => `kubernetes ${describeAccess(own)}`,
  create: (own, context) =>
    createKubernetesSource({ apiOf: apisOf(own, context), clusterDomain: own.kubernetesClusterDomain }),
};

/** A cluster of the primer is a context of the kubeconfig; the empty one is the configured context. */
function apisOf({ kubeconfig, kubernetesContext }: KubernetesSettings, context: SourceContext) {
  const own = connector({ kubeconfig, context: kubernetesContext }, context, HTTP_LIMITS);
  const connectors = new Map([['', own]]);
  return async (cluster: string): Promise<KubernetesApi> => {
    if (cluster !== '' && kubeconfig === null) {
      const message = `the cluster ${quoted(cluster)} is no context, for kubeconfig is none: leave cluster_name empty`;
      throw new KubernetesProblem('credentials', message);
    }
    const connect = connectors.get(cluster) ?? connector({ kubeconfig, context: cluster }, context, HTTP_LIMITS);
    connectors.set(cluster, connect);
    return connect();
  };
}
