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
}

export interface PreparedEtcd extends ServerProcess {
  /** Where it speaks plain HTTP about its health. */
  readonly healthUrl: string;
}

/** A real etcd of one member on loopback; nothing is started yet. */
export async function prepareEtcd(options: EtcdOptions): Promise<PreparedEtcd> {
  const { program, folder, port = 0, args = [], secure = [] } = options;
  const isSecure = secure.length > 0;
  const url = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port || (await freePort())}`;
  const healthUrl = isSecure ? `http://127.0.0.1:${await freePort()}` : url;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const server = serverProcess({
    program,
    url,
    args: [
      ...['--data-dir', join(folder, 'data'), '--name', 'one', '--initial-cluster', `one=${peer}`],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--log-level', 'error', ...args, ...secure],
      ...(isSecure ? ['--listen-metrics-urls', healthUrl] : []),
    ],
    isUp: async () => (await fetch(`${healthUrl}/health`)).ok,
  });
  return { ...server, healthUrl };
}
