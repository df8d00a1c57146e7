import { endpointSetId, endpointSetsOf, type PodCounts } from './pods.ts';
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
  /** Says how many pods there are from now on. */
  setPods(counts: PodCounts): void;
  close(): Promise<void>;
}

/** The token that the sandbox's YT knows; it opens nothing else. */
export const sandboxToken = 'sandbox-token';

export const podsAtFirst: PodCounts = { sas: 2, vla: 2 };

/** Starts both servers with a small service to look at, and prints how to reach them. */
export async function serve({ host = '127.0.0.1', ytPort = 0, ypPort = 0, print }: ServeOptions): Promise<Sandbox> {
  const yt = await startYtProxy({ host, port: ytPort, tokens: { [sandboxToken]: 'robot-watcher' } });
  const yp = await startYpServer({ host, port: ypPort }).catch(async (error: unknown) => {
    await yt.close();
    throw error;
  });
  const setPods = (counts: PodCounts) => {
    for (const set of endpointSetsOf(counts)) yp.set(set.cluster_name, set.endpoint_set_id, set.endpoints);
  };
  setPods(podsAtFirst);
  print(`YT proxy  ${yt.url}  (token: ${sandboxToken})`);
  print(`YP.SD     ${yp.url}  (endpoint set ${endpointSetId} in sas and vla)`);
  return {
    yt,
    yp,
    setPods,
    async close() {
      await Promise.all([yt.close(), yp.close()]);
    },
  };
}
