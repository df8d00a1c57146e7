import { join } from 'node:path';
import { secretsIn } from '../credentials/secrets-in.ts';
import { type SecretFiles, TOKEN_BYTES_MAX } from '../files/secret-files.ts';
import { secretsOfKubeconfig } from './kubeconfig.ts';
import { SERVICE_ACCOUNT } from './service-account.ts';
import type { KubernetesSettings } from './settings.ts';

/** Every secret by which we may show ourselves, of whatever context. Never rejects. */
export async function secretsOfKubernetes(
  { kubeconfig }: KubernetesSettings,
  files: SecretFiles,
): Promise<readonly string[]> {
  if (kubeconfig === null) return secretsIn([files.read(join(SERVICE_ACCOUNT, 'token'), TOKEN_BYTES_MAX)]);
  return secretsOfKubeconfig(kubeconfig, files).catch(() => []);
}
