import { join } from 'node:path';
import { TOKEN_BYTES_MAX } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import { authoritiesIn } from '../http/authorities.ts';
import { isIp6 } from '../http/ip6.ts';
import type { Access, AccessTools } from './access.ts';
import { KubernetesProblem } from './problem.ts';

/** Where every pod has the token of its service account, unless it is configured to have none. */
export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const ELSEWHERE = 'outside of a cluster, set kubeconfig';

/** The access that Kubernetes gives to the pod that this runs in. Rejects with a `KubernetesProblem`. */
export async function accessOfServiceAccount({
  files,
  environment,
  serviceAccount = SERVICE_ACCOUNT,
}: AccessTools): Promise<Access> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment;
  const server = `https://${isIp6(host) ? `[${host}]` : host}:${port}`;
  if (host === '' || !/^\d+$/.test(port) || !URL.canParse(server)) {
    throw new KubernetesProblem(
      'credentials',
      `kubeconfig is none, and this runs in no pod of Kubernetes (KUBERNETES_SERVICE_HOST is not set): ${ELSEWHERE}`,
    );
  }
  const [tokenFile, caFile] = [join(serviceAccount, 'token'), join(serviceAccount, 'ca.crt')];
  try {
    await files.read(tokenFile, TOKEN_BYTES_MAX);
    const certificates = authoritiesIn((await files.read(caFile)).text, caFile);
    return {
      server,
      place: 'the service account of this pod',
      authorities: { certificates, place: caFile },
      serverName: null,
      notes: [],
      user: { token: null, tokenFile, certificate: null, plugin: null },
    };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const hint = 'see that automountServiceAccountToken of the pod is not false';
    throw new KubernetesProblem('credentials', `${error.message} (${hint}; ${ELSEWHERE})`);
  }
}
