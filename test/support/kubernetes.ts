import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Administered } from '../../src/sandbox/kubernetes/admin.ts';
import { type KubeconfigParts, kubeconfigOfParts, kubeconfigText } from '../../src/sandbox/kubernetes/kubeconfig.ts';
import { startKubernetes } from '../../src/sandbox/kubernetes/server.ts';
import { Store } from '../../src/sandbox/kubernetes/store.ts';
import { afterwards } from './current-test.ts';
import { tempFolder } from './temp-folder.ts';

/** An API server of Kubernetes, real or not. */
export interface KubernetesCluster extends Administered {
  stop(): Promise<unknown>;
  start(): Promise<unknown>;
  /** Takes that token no longer. */
  endToken(token: string): Promise<unknown>;
}

/** Whose tokens are known at first. */
export const TOKENS = {
  'admin-token': 'admin',
  'watcher-token': 'watcher',
  'ending-token': 'watcher',
  'denied-token': 'stranger',
} as const;

export const ENDING_TOKEN = 'ending-token';

/** The API server of the sandbox, for the running test. Whoever has no token of these is refused. */
export async function sandboxCluster() {
  const store = new Store();
  const denied = ['stranger'];
  let server = await startKubernetes({ store, tokens: TOKENS, denied });
  const { port } = server;
  afterwards(() => server.close());
  return {
    url: server.url,
    authority: null,
    adminToken: 'admin-token',
    stop: () => server.close(),
    async start() {
      server = await startKubernetes({ store, tokens: TOKENS, denied, port });
    },
    endToken: async (token: string) => server.tokens.delete(token),
    store,
    server: () => server,
  };
}

/** Writes the kubeconfig of a user with a token, or a file that has one, whose only context is `dc1`. */
export function kubeconfigOf(
  cluster: Pick<KubernetesCluster, 'url' | 'authority'>,
  token: string | { readonly tokenFile: string },
): string {
  return written(kubeconfigText(cluster, token));
}

/** Writes a kubeconfig of these parts. */
export function writeKubeconfig(parts: KubeconfigParts): string {
  return written(kubeconfigOfParts(parts));
}

function written(text: string): string {
  const path = join(tempFolder(), 'kubeconfig');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
