import type { Endpoint } from '../../../machines/vocabulary.ts';
import { ShapeProblem } from '../../json/validate.ts';
import { atOnce } from '../../slices.ts';
import { quoted } from '../../text/quoted.ts';
import { readPods } from '../pods.ts';
import type { ServicePort } from './group-name.ts';
import type { Slice, SliceEndpoint } from './slice.ts';

/** The pods of a service that take traffic, as all of its slices together say. */
export interface Joined {
  readonly pods: readonly Endpoint[];
  /** How many endpoints are not ready, or are being ended. */
  readonly leftOut: number;
}

/** As a primer would have it. */
interface Written {
  readonly id: string;
  readonly fqdn: string;
  readonly ip4_address: string | null;
  readonly ip6_address: string | null;
  readonly port: number | null;
}

/**
 * Joins slices: an endpoint may be in several of them, and has its two addresses in two of them. Throws `ShapeProblem`
 * where they say different things of one pod, or where no port is the one that is asked for.
 */
export function joinSlices(slices: readonly Slice[], asked: ServicePort, clusterDomain: string): Joined {
  const filled = slices.filter(({ endpoints }) => endpoints.length > 0);
  const name = portName(filled, asked.port);
  const pods = new Map<string, Written>();
  const leftOut = new Set<string>();
  for (const slice of filled) {
    const port = portIn(slice, asked.port, name);
    // The pods of this slice have no such port.
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints) {
      const written = writtenOf(slice, endpoint, port, (host) => nameIn(asked, host, clusterDomain));
      if (!takesTraffic(endpoint)) leftOut.add(written.id);
      else pods.set(written.id, merged(pods.get(written.id), written));
    }
  }
  const left = [...leftOut].filter((id) => !pods.has(id)).length;
  return { pods: atOnce(readPods([...pods.values()], '')), leftOut: left };
}

/** Absent is ready. Only a service that publishes what is not ready calls a pod ready that is being ended. */
function takesTraffic({ conditions }: SliceEndpoint): boolean {
  return conditions?.ready !== false && conditions?.terminating !== true;
}

function tcpPorts({ ports }: Slice) {
  return ports.filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
}

/** The name of the port that is meant, or its number where that is asked for; null where no pod says any. */
function portName(slices: readonly Slice[], asked: string | null): string | null {
  const all = slices.flatMap(tcpPorts);
  const names = [...new Set(all.map(({ name }) => name ?? ''))];
  const known = [...new Set(all.map(({ name, port }) => `${name || 'without a name'} (${port ?? 'any'})`))];
  const there = known.length === 0 ? 'there is none' : `there are ${known.sort().slice(0, 10).join(', ')}`;
  if (asked === null) {
    if (names.length <= 1) return names[0] ?? null;
    throw new ShapeProblem(`it has several ports: name one, as namespace/service:port; ${there}`);
  }
  if (slices.length === 0 || all.some(({ name, port }) => name === asked || String(port) === asked)) return asked;
  throw new ShapeProblem(`no pod has the TCP port ${quoted(asked)}: ${there}`);
}

/** Undefined: none; null: any. One name may stand for different numbers in different slices. */
function portIn(slice: Slice, asked: string | null, name: string | null): number | null | undefined {
  const ports = tcpPorts(slice);
  if (name === null) return null;
  const found = ports.find((port) => (port.name ?? '') === name) ?? ports.find(({ port }) => String(port) === asked);
  return found === undefined ? undefined : found.port;
}

/** A pod of a StatefulSet has a name that outlives it. */
function nameIn({ service, namespace }: ServicePort, host: string, clusterDomain: string): string {
  return `${host}.${service}.${namespace}.svc.${clusterDomain}`;
}

function writtenOf(
  { addressType }: Slice,
  { addresses, hostname, targetRef }: SliceEndpoint,
  port: number | null,
  fullName: (hostname: string) => string,
): Written {
  const address = addresses[0]!;
  return {
    id: targetRef?.uid || address,
    fqdn: hostname ? fullName(hostname) : targetRef?.name || address,
    ip4_address: addressType === 'IPv4' ? address : null,
    ip6_address: addressType === 'IPv6' ? address : null,
    port,
  };
}

function merged(known: Written | undefined, more: Written): Written {
  if (known === undefined) return more;
  const differs = (['fqdn', 'ip4_address', 'ip6_address', 'port'] as const).find(
    (key) => known[key] !== null && more[key] !== null && known[key] !== more[key],
  );
  if (differs !== undefined) {
    throw new ShapeProblem(
      `two slices say different things of ${quoted(known.fqdn)}: ${differs} ${known[differs]} and ${more[differs]}`,
    );
  }
  return {
    ...known,
    ip4_address: known.ip4_address ?? more.ip4_address,
    ip6_address: known.ip6_address ?? more.ip6_address,
    port: known.port ?? more.port,
  };
}
