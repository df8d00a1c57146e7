import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

export interface ConsulOptions {
  readonly program: string;
  /** For its configuration and its data. */
  readonly folder: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly datacenter?: string;
  /** With ACLs that allow nothing, and this token that may do everything. */
  readonly management?: string | null;
}

/** Asks an agent of Consul as its manager, and gives the body of its answer. Rejects where the status is no good one. */
export type AskConsul = (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object | string) => Promise<unknown>;

/** A real agent of Consul on loopback, a server of one node; nothing is started yet. */
export async function prepareConsul(options: ConsulOptions): Promise<ServerProcess & { readonly ask: AskConsul }> {
  const { program, folder, datacenter = 'dc1', management = null } = options;
  const http = options.port || (await freePort());
  const [server, lan, wan] = [await freePort(), await freePort(), await freePort()];
  const ports = { http, server, serf_lan: lan, serf_wan: wan, dns: -1, grpc: -1, grpc_tls: -1, https: -1 };
  const acl = { enabled: true, default_policy: 'deny', tokens: { initial_management: management } };
  const config = join(folder, 'consul.json');
  writeFileSync(
    config,
    JSON.stringify({
      ...{ node_name: 'agent-1', datacenter, data_dir: join(folder, 'data'), ports, server: true, bootstrap_expect: 1 },
      ...{ bind_addr: '127.0.0.1', client_addr: '127.0.0.1', disable_update_check: true, connect: { enabled: false } },
      ...{ performance: { raft_multiplier: 1 }, log_level: 'ERROR', ...(management === null ? {} : { acl }) },
    }),
  );
  const url = `http://127.0.0.1:${http}`;
  const ask = consulAt(url, management);

  /** Its node is in the catalog a moment after it leads, and no session is made before. */
  async function isUp(): Promise<boolean> {
    return ((await ask('GET', 'catalog/nodes?consistent')) as unknown[]).length > 0;
  }

  return { ...serverProcess({ program, url, args: ['agent', '-config-file', config], isUp }), ask };
}

function consulAt(url: string, token: string | null): AskConsul {
  return async (method, path, body) => {
    const headers: HeadersInit = token === null ? {} : { 'X-Consul-Token': token };
    const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
    const reply = await fetch(`${url}/v1/${path}`, { method, headers, ...(method === 'GET' ? {} : { body: text }) });
    const answer = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${answer}`);
    return answer === '' ? null : JSON.parse(answer);
  };
}
