import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startKubernetes } from '../../src/sandbox/kubernetes/server.ts';
import { Store } from '../../src/sandbox/kubernetes/store.ts';
import { afterwards } from './current-test.ts';
import { tempFolder } from './temp-folder.ts';

/** An API server of Kubernetes, real or not, and who may do everything there. */
export interface KubernetesCluster {
  readonly url: string;
  /** PEM of the authority that signed its certificate; null: it speaks plain HTTP. */
  readonly authority: string | null;
  readonly adminToken: string;
  stop(): Promise<unknown>;
  start(): Promise<unknown>;
}

/** What the API answered. */
export interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, whose keys each test knows.
  readonly object: any;
}

/** Asks an API server as its administrator. */
export type Admin = (method: string, path: string, body?: object) => Promise<Told>;

/** The API server of the sandbox, for the running test. Whoever has no token of these is refused. */
export async function sandboxCluster() {
  const store = new Store();
  const tokens = { 'admin-token': 'admin', 'watcher-token': 'watcher', 'denied-token': 'stranger' };
  const denied = ['stranger'];
  let server = await startKubernetes({ store, tokens, denied });
  const { port } = server;
  afterwards(() => server.close());
  return {
    url: server.url,
    authority: null,
    adminToken: 'admin-token',
    stop: () => server.close(),
    async start() {
      server = await startKubernetes({ store, tokens, denied, port });
    },
    store,
    server: () => server,
  };
}

/** Writes the kubeconfig of a user with a token, whose only context is `dc1`. */
export function kubeconfigOf({ url, authority }: Pick<KubernetesCluster, 'url' | 'authority'>, token: string): string {
  return writeKubeconfig({
    cluster: {
      server: url,
      ...(authority !== null && { 'certificate-authority-data': Buffer.from(authority).toString('base64') }),
    },
    user: { token },
  });
}

/** Writes a kubeconfig in JSON, which is YAML. */
export function writeKubeconfig({
  cluster,
  user,
  more = {},
}: {
  cluster: object;
  user: object;
  more?: object;
}): string {
  const path = join(tempFolder(), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dc1',
    contexts: [{ name: 'dc1', context: { cluster: 'one', user: 'somebody' } }],
    clusters: [{ name: 'one', cluster }],
    users: [{ name: 'somebody', user }],
    ...more,
  };
  writeFileSync(path, JSON.stringify(config, null, 1), { mode: 0o600 });
  return path;
}

export function adminOf(
  { url, authority, adminToken }: Pick<KubernetesCluster, 'url' | 'authority' | 'adminToken'>,
  type = 'application/json',
): Admin {
  return async (method, path, body) => {
    const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
    return new Promise<Told>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${adminToken}`,
        ...(body !== undefined && { 'Content-Type': type }),
      };
      const sent = request(`${url}${path}`, { method, headers, ca: authority ?? undefined, agent: false }, answered);
      function answered(response: AsyncIterable<Buffer> & { readonly statusCode: number }) {
        void (async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, object: text.startsWith('{') ? JSON.parse(text) : null });
        })().catch(reject);
      }
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
}
