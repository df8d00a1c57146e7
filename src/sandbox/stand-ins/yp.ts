import { endpointSetId } from '../pods.ts';
import { startYpServer, type YpServer } from '../yp/server.ts';
import type { SourceStandIn, StandInOptions } from './stand-in.ts';

/** YP.SD, over HTTP and JSON. */
export async function startYp({
  host = '127.0.0.1',
  port = 0,
}: StandInOptions = {}): Promise<SourceStandIn & { readonly server: YpServer }> {
  const server = await startYpServer({ host, port });
  return {
    name: 'YP.SD',
    isReal: false,
    server,
    about: `YP.SD     ${server.url}  (endpoint set ${endpointSetId} in sas and vla)`,
    port: server.port,
    equip: () => ({ yp_url: server.url }),
    inOwnWords: (sets) => sets,
    setPods(sets) {
      for (const set of sets) server.set(set.cluster_name, set.endpoint_set_id, set.endpoints);
    },
    close: () => server.close(),
  };
}
