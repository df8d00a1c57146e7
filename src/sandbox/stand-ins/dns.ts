import { type Behaviour, soa, srv, startDnsServer } from '../dns/server.ts';
import type { EndpointSet } from '../pods.ts';
import type { SourceStandIn, StandInOptions } from './stand-in.ts';

/** A DNS server over TCP, with SRV records of one service in each cluster. */
export async function startDns({ port = 0 }: StandInOptions = {}): Promise<SourceStandIn> {
  let zone: readonly EndpointSet[] = [];

  const answer: Behaviour = ({ name, type }) => {
    const set = zone.find(({ endpoint_set_id: own }) => own === name.toLowerCase());
    if (set === undefined) return { rcode: NO_SUCH_NAME, authorities: [soa] };
    if (type !== 'SRV') return { authorities: [soa] };
    return { answers: set.endpoints.map(({ fqdn, port: of = 80 }) => srv(name, fqdn, of)) };
  };

  const server = await startDnsServer(answer, port);
  return {
    name: 'DNS',
    isReal: false,
    about: `DNS       ${server.host}:${server.port} over TCP  (the sandbox's own)`,
    port: server.port,
    equip: () => ({ dns_servers: `${server.host}:${server.port}` }),
    inOwnWords: (sets) => sets.map(setInOwnWords),
    setPods(sets) {
      zone = sets.map(setInOwnWords);
    },
    close: () => server.close(),
  };
}

const NO_SUCH_NAME = 3;

function setInOwnWords({ cluster_name, endpoints }: EndpointSet): EndpointSet {
  return {
    cluster_name,
    endpoint_set_id: `_http._tcp.market-front.${cluster_name}.example.net`,
    endpoints: endpoints.map(({ fqdn, port = 80 }) => ({ id: `${fqdn}:${port}`, fqdn, port })),
  };
}
