import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

export interface EtcdOptions {
  readonly program: string;
  /** For its data. */
  readonly folder: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Arguments besides those that every server gets. */
  readonly args?: readonly string[];
  /** Speaks TLS to clients, as these arguments say, and answers about its health on a port of plain HTTP. */
  readonly secure?: readonly string[];
  /** One of several; none, the default: the only one. */
  readonly member?: EtcdMember;
}

/** A member of a cluster. */
export interface EtcdMember {
  readonly name: string;
  /** Where the others reach it. */
  readonly peer: string;
  /** All members, as etcd's flag has them. */
  readonly all: string;
}

export interface PreparedEtcd extends ServerProcess {
  /** Where it speaks plain HTTP about its health. */
  readonly healthUrl: string;
}

/** A real etcd on loopback; nothing is started yet. */
export async function prepareEtcd(options: EtcdOptions): Promise<PreparedEtcd> {
  const { program, folder, port = 0, args = [], secure = [] } = options;
  const isSecure = secure.length > 0;
  const url = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port || (await freePort())}`;
  const healthUrl = isSecure ? `http://127.0.0.1:${await freePort()}` : url;
  const { name, peer, all } = options.member ?? (await onlyMember());
  const server = serverProcess({
    program,
    url,
    args: [
      ...['--data-dir', join(folder, 'data'), '--name', name, '--initial-cluster', all],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--log-level', 'error', ...args, ...secure],
      ...(isSecure ? ['--listen-metrics-urls', healthUrl] : []),
    ],
    isUp: async () => (await fetch(`${healthUrl}/health`)).ok,
  });
  return { ...server, healthUrl };
}

async function onlyMember(): Promise<EtcdMember> {
  const [only] = await membersOf(['one']);
  return only!;
}

/** Members of one cluster by these names. */
export async function membersOf(names: readonly string[]): Promise<readonly EtcdMember[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, peer: `http://127.0.0.1:${await freePort()}` })));
  const all = found.map(({ name, peer }) => `${name}=${peer}`).join(',');
  return found.map((each) => ({ ...each, all }));
}
