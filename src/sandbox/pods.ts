import type { YpEndpoint } from './yp/sets.ts';

/** The one service that runs in the sandbox. */
export const endpointSetId = 'market-front.http';

/** How many pods of it run in each cluster. */
export interface PodCounts {
  readonly sas: number;
  readonly vla: number;
}

/** As a primer file has it, which is how YP.SD has it too. */
export interface EndpointSet {
  readonly cluster_name: string;
  readonly endpoint_set_id: string;
  readonly endpoints: readonly YpEndpoint[];
}

/** The endpoint sets of so many pods. */
export function endpointSetsOf(counts: PodCounts): readonly EndpointSet[] {
  return (['sas', 'vla'] as const).map((cluster, index) => ({
    cluster_name: cluster,
    endpoint_set_id: endpointSetId,
    endpoints: Array.from({ length: counts[cluster] }, (_, pod) => podOf(cluster, index + 1, pod + 1)),
  }));
}

function podOf(cluster: string, clusterNumber: number, number: number): YpEndpoint {
  return {
    id: `front-${number}`,
    fqdn: `front-${number}.${cluster}.yp-c.yandex.net`,
    protocol: 'TCP',
    ip6_address: `2001:db8:${clusterNumber}::${number}`,
    port: 80,
  };
}
