import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Admin, adminOf } from '../kubernetes/admin.ts';
import { prepareEtcd } from './etcd.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

export interface ApiserverOptions {
  readonly program: string;
  /** The etcd that it keeps everything in. */
  readonly etcd: string;
  readonly folder: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Users by token; `admin` may do everything. */
  readonly tokens: Readonly<Record<string, string>>;
  /** PEM; without it the server makes its own. */
  readonly certified?: { readonly authority: string; readonly certificate: string; readonly key: string };
  readonly authorization: 'AlwaysAllow' | 'RBAC';
}

export interface Apiserver extends ServerProcess {
  readonly admin: Admin;
  /** PEM of who signed its certificate. */
  authority(): string;
  /** Users by token, from its next start on. */
  knowTokens(tokens: Readonly<Record<string, string>>): void;
  /** Ends it with its etcd. */
  close(): Promise<void>;
}

/** A real kube-apiserver on loopback with an etcd of its own, which runs already. */
export async function prepareApiserver(options: ApiserverOptions): Promise<Apiserver> {
  const { folder, tokens, certified } = options;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const port = options.port || (await freePort());
  const url = `https://127.0.0.1:${port}`;
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = file('sa.key', signing.export({ type: 'pkcs1', format: 'pem' }).toString());
  const etcd = await prepareEtcd({ program: options.etcd, folder });
  await etcd.start();
  const flags = {
    'etcd-servers': etcd.url,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(port),
    ...(certified !== undefined && {
      'tls-cert-file': file('server.pem', certified.certificate),
      'tls-private-key-file': file('server.key', certified.key),
      'client-ca-file': file('ca.pem', certified.authority),
    }),
    'token-auth-file': file('tokens.csv', linesOf(tokens)),
    'authorization-mode': options.authorization,
    'service-cluster-ip-range': '10.0.0.0/24',
    'service-account-issuer': 'https://sandbox',
    'service-account-key-file': pem,
    'service-account-signing-key-file': pem,
    'endpoint-reconciler-type': 'none',
    'cert-dir': folder,
  };
  const authority = () => certified?.authority ?? readFileSync(join(folder, 'apiserver.crt'), 'utf8');
  const adminToken = Object.keys(tokens).find((token) => tokens[token] === 'admin') ?? '';
  const admin: Admin = (...asked) => adminOf({ url, authority: authority(), adminToken })(...asked);
  const server = serverProcess({
    program: options.program,
    url,
    args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    // RBAC is asked of what it has read by then.
    isUp: async () => (await admin('GET', '/api/v1/namespaces/default')).status === 200,
  });
  return {
    ...server,
    admin,
    authority,
    knowTokens: (known) => void file('tokens.csv', linesOf(known)),
    async close() {
      await server.stop('SIGKILL');
      await etcd.stop('SIGKILL');
    },
  };
}

function linesOf(tokens: Readonly<Record<string, string>>): string {
  const users = Object.entries(tokens).map(
    ([token, user], at) => `${token},${user},${at + 1}${user === 'admin' ? ',"system:masters"' : ''}\n`,
  );
  return users.join('');
}
