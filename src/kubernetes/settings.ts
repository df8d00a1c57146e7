import { type Keys, keyGroup } from '../config/key.ts';
import type { Relation } from '../config/relation.ts';
import { orNone, path, text } from '../config/value-types.ts';

/** How a cluster of Kubernetes is reached, by the lock and by the source alike. */
export interface KubernetesSettings {
  /** Null: by the service account of the pod that this runs in. */
  readonly kubeconfig: string | null;
  /** Null: the current context of the kubeconfig. */
  readonly kubernetesContext: string | null;
}

const key = keyGroup('Kubernetes');

export const kubernetesKeys: Keys<KubernetesSettings> = {
  kubeconfig: key('kubeconfig', orNone(path), 'none', {
    doc: 'How Kubernetes is reached; none: by the service account of the pod that this runs in.',
  }),
  kubernetesContext: key('kubernetes_context', orNone(text('name')), 'none', {
    doc: 'Which context of the kubeconfig; none: its current-context.',
  }),
};

export const contextRelation: Relation<KubernetesSettings> = {
  fields: ['kubeconfig', 'kubernetesContext'],
  holds: ({ kubeconfig, kubernetesContext }) => kubernetesContext === null || kubeconfig !== null,
  say: (show) => `${show('kubernetesContext')} is a context of a file, and ${show('kubeconfig')} names none: set both`,
};

/** How it is reached, for log and messages. */
export function describeAccess({ kubeconfig, kubernetesContext }: KubernetesSettings): string {
  if (kubeconfig === null) return 'by the service account of this pod';
  return `by ${kubernetesContext ?? 'the current context'} of ${kubeconfig}`;
}
