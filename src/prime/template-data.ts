import { isIPv6 } from 'node:net';
import { groupKey } from '../../machines/group-key.ts';
import type { Group } from '../../machines/vocabulary.ts';
import { ConfigError } from '../config/config-error.ts';
import { isHostName } from '../discovery/names.ts';
import { assignServers, type Placed, type Places } from './assign-servers.ts';
import type { PrimeFile, PrimeGroup } from './prime-schema.ts';

/** One server line of HAProxy, as a template sees it. */
export type ServerData = ReturnType<typeof serverData>;

export interface BackendData {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly servers: readonly ServerData[];
}

/** Everything that a template can name. A key that the prime file leaves out is null. */
export interface TemplateData {
  readonly [key: string]: unknown;
  readonly backends: readonly BackendData[];
}

/** What belongs to a whole backend, whichever of its groups says it. */
const BACKEND_KEYS = ['bind', 'mode', 'balance', 'http_check', 'backend_options'] as const;

const STANDARD = { mode: 'http', balance: 'roundrobin', bind: [], http_check: null, backend_options: [] };

/**
 * Makes what a template is rendered with. Groups of one backend stand in it together; `before` and `places` are what
 * HAProxy has. Throws `ConfigError` where a pod has no address or port, and where groups contradict each other.
 */
export function templateData(
  prime: PrimeFile,
  groups: readonly Group[],
  before: readonly Group[],
  places: Places,
): { readonly data: TemplateData; readonly placed: readonly Placed[] } {
  const named = prime.groups.map((options, index) => ({ options, group: groups[index]!, backend: backendOf(options) }));
  refuseMixture(prime.groups);
  const names = [...new Set(named.map(({ backend }) => backend))];
  const all: Placed[] = [];
  const backends = names.map((name): BackendData => {
    const members = named.filter(({ backend }) => backend === name);
    const placed = assignServers(
      before,
      members.map(({ group }) => group),
      places,
    );
    all.push(...placed);
    const optionsOf = new Map(members.map(({ group, options }) => [groupKey(group), options]));
    return {
      name,
      ...STANDARD,
      ...sharedOptions(
        name,
        members.map(({ options }) => options),
      ),
      values: Object.assign({}, ...members.map(({ options }) => options.values)),
      servers: placed.map((each) => serverData(each, optionsOf.get(groupKey(each.group))!)),
    };
  });
  const data = {
    haproxy_global: prime.haproxy_global ?? null,
    haproxy_defaults: prime.haproxy_defaults ?? null,
    haproxy_extra: prime.haproxy_extra ?? null,
    values: prime.values,
    backends,
  };
  return { data, placed: all };
}

function backendOf({ backend, endpoint_set_id: set }: PrimeGroup): string {
  return backend ?? set.replaceAll(/[^A-Za-z0-9_.:-]/g, '_');
}

/** Two services would get each other's requests, and nobody has asked for that. */
function refuseMixture(groups: readonly PrimeGroup[]): void {
  const setOf = new Map<string, string>();
  for (const group of groups.filter(({ backend }) => backend === undefined)) {
    const { endpoint_set_id: set } = group;
    const name = backendOf(group);
    const other = setOf.get(name) ?? set;
    if (other !== set)
      throw new ConfigError([`${set} and ${other} would both be the backend ${name}: give one of them a backend`]);
    setOf.set(name, set);
  }
}

function sharedOptions(name: string, groups: readonly PrimeGroup[]): Readonly<Record<string, unknown>> {
  const shared: Record<string, unknown> = {};
  for (const options of groups) {
    for (const key of BACKEND_KEYS) {
      const value = options[key];
      if (value === undefined) continue;
      if (key in shared && JSON.stringify(shared[key]) !== JSON.stringify(value)) {
        throw new ConfigError([
          `${key}: two groups of the backend ${name} say different things: say it in one of them`,
        ]);
      }
      shared[key] = value;
    }
  }
  return shared;
}

function serverData({ group, pod, slot, server }: Placed, options: PrimeGroup) {
  const where = `${groupKey(group)}: the pod ${pod.fqdn}`;
  const port = pod.port ?? options.port;
  if (port === undefined) {
    throw new ConfigError([`${where} has no port in discovery: give its group a port in the prime file`]);
  }
  const host = hostOf(pod, options.address);
  if (host === null) {
    const what = options.address === undefined ? 'neither an address nor a host name' : `no ${options.address}`;
    throw new ConfigError([
      `${where} has ${what} in discovery: choose another address for its group in the prime file`,
    ]);
  }
  const { tls } = options;
  return {
    name: server,
    slot,
    id: pod.id,
    fqdn: pod.fqdn,
    ip4: pod.ip4,
    ip6: pod.ip6,
    host,
    port,
    address: isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`,
    cluster_name: group.cluster,
    endpoint_set_id: group.endpointSet,
    weight: options.weight ?? null,
    maxconn: options.maxconn ?? null,
    check: options.check,
    backup: options.backup,
    tls:
      tls === false
        ? null
        : { verify: 'required', ca_file: null, sni: null, alpn: null, cert_file: null, ...(tls === true ? {} : tls) },
    options: options.server_options ?? null,
    values: options.values,
  };
}

function hostOf({ ip4, ip6, fqdn }: Placed['pod'], wanted: PrimeGroup['address']): string | null {
  const name = isHostName(fqdn) || isIPv6(fqdn) ? fqdn : null;
  if (wanted === 'ip4') return ip4;
  if (wanted === 'ip6') return ip6;
  if (wanted === 'name') return name;
  return ip4 ?? ip6 ?? name;
}
