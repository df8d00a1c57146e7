import type { Group } from '../../machines/vocabulary.ts';

/** A primer as whoever configures HAProxy writes it. */
export function primerText(groups: readonly Group[]): string {
  const sets = groups.map(({ cluster, endpointSet, endpoints }) => ({
    cluster_name: cluster,
    endpoint_set_id: endpointSet,
    endpoints: endpoints.map(({ id, fqdn, ip6, port }) => ({ id, fqdn, ip6_address: ip6, port })),
  }));
  return JSON.stringify({ endpoint_sets: sets });
}
