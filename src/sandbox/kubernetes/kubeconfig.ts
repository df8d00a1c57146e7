import type { Administered } from './admin.ts';

export interface KubeconfigParts {
  readonly cluster: object;
  readonly user: object;
  /** In place of what would be there. */
  readonly more?: object;
}

/** The kubeconfig of a user with a token, or a file that has one, whose only context is `dc1`. */
export function kubeconfigText(
  { url, authority }: Pick<Administered, 'url' | 'authority'>,
  token: string | { readonly tokenFile: string },
): string {
  return kubeconfigOfParts({
    cluster: {
      server: url,
      ...(authority !== null && { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
    },
    user: typeof token === 'string' ? { token } : token,
  });
}

/** A kubeconfig in JSON, which is YAML. */
export function kubeconfigOfParts({ cluster, user, more = {} }: KubeconfigParts): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dc1',
    contexts: [{ name: 'dc1', context: { cluster: 'one', user: 'somebody' } }],
    clusters: [{ name: 'one', cluster }],
    users: [{ name: 'somebody', user }],
    ...more,
  };
  return JSON.stringify(config, null, 1);
}
