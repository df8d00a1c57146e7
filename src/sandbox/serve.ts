import { startYpServer, type YpServer } from './yp/server.ts';
import { startYtProxy, type YtProxy } from './yt/server.ts';

export interface ServeOptions {
  /** 127.0.0.1 by default: nothing here is meant for a network. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly ytPort?: number;
  readonly ypPort?: number;
  /** Gets one line at a time. */
  readonly print: (line: string) => void;
}

export interface Sandbox {
  readonly yt: YtProxy;
  readonly yp: YpServer;
  close(): Promise<void>;
}

/** The token that the sandbox's YT knows; it opens nothing else. */
export const sandboxToken = 'sandbox-token';

/** Starts both servers with a small service to look at, and prints how to reach them. */
export async function serve({ host = '127.0.0.1', ytPort = 0, ypPort = 0, print }: ServeOptions): Promise<Sandbox> {
  const yt = await startYtProxy({ host, port: ytPort, tokens: { [sandboxToken]: 'robot-watcher' } });
  const yp = await startYpServer({ host, port: ypPort }).catch(async (error: unknown) => {
    await yt.close();
    throw error;
  });
  for (const cluster of ['sas', 'vla']) yp.set(cluster, 'market-front.http', podsOf(cluster));
  print(`YT proxy  ${yt.url}  (token: ${sandboxToken})`);
  print(`YP.SD     ${yp.url}  (endpoint set market-front.http in sas and vla)`);
  return {
    yt,
    yp,
    async close() {
      await Promise.all([yt.close(), yp.close()]);
    },
  };
}

function podsOf(cluster: string) {
  return [1, 2].map((number) => ({
    id: `front-${number}`,
    fqdn: `front-${number}.${cluster}.yp-c.yandex.net`,
    protocol: 'TCP',
    ip6_address: `2001:db8:${cluster === 'sas' ? 1 : 2}::${number}`,
    port: 80,
  }));
}
