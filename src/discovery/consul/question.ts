import type { ConsulRequest } from '../../consul/client.ts';
import type { AskedGroup } from '../source.ts';

export const CONSISTENCIES = ['default', 'consistent', 'stale'] as const;

export type Consistency = (typeof CONSISTENCIES)[number];

/** What a group asks Consul about. */
export interface AskedService {
  /** Null: the agent's own. */
  readonly datacenter: string | null;
  readonly service: string;
  /** Null: with any tags. */
  readonly tag: string | null;
}

/** `service`, or `tag.service` as Consul's DNS has it; null for what is neither. */
export function askedService({ cluster, endpointSet }: AskedGroup): AskedService | null {
  const dot = endpointSet.lastIndexOf('.');
  const [tag, service] = dot < 0 ? [null, endpointSet] : [endpointSet.slice(0, dot), endpointSet.slice(dot + 1)];
  if (service === '' || tag === '') return null;
  return { datacenter: cluster === '' ? null : cluster, service, tag };
}

/** All instances, whatever their health: only so can a service without any be told from one that is not well. */
export function questionAbout({ datacenter, service, tag }: AskedService, consistency: Consistency): ConsulRequest {
  const fresh = consistency === 'default' ? {} : { [consistency]: true as const };
  return {
    method: 'GET',
    path: `health/service/${encodeURIComponent(service)}`,
    query: { dc: datacenter, tag, ...fresh },
  };
}
