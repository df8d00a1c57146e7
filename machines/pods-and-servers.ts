import type { Endpoint } from './vocabulary.ts';

/** One server as HAProxy itself has it now. */
export interface HaproxyServer {
  readonly backend: string;
  readonly name: string;
  /** Null where HAProxy has resolved none. */
  readonly address: string | null;
  readonly port: number | null;
  /** The host name that it was configured with; null for an address. */
  readonly fqdn: string | null;
}

/** Whether one of these servers stands for a pod: by its name, by its host name, or by an address, and by the port. */
export function servedBy(servers: readonly HaproxyServer[]): (pod: Endpoint) => boolean {
  const isAmong = matcher(servers.map(markOfServer));
  return (pod) => isAmong(markOfPod(pod));
}

/** The same, asked from the other side: whether a server stands for one of these pods. */
export function servingOneOf(pods: readonly Endpoint[]): (server: HaproxyServer) => boolean {
  const isAmong = matcher(pods.map(markOfPod));
  return (server) => isAmong(markOfServer(server));
}

/** A pod and a server match where they have a key in common, and no two different ports. */
interface Mark {
  readonly keys: readonly string[];
  /** Null fits any. */
  readonly port: number | null;
}

function markOfServer({ name, fqdn, address, port }: HaproxyServer): Mark {
  return { keys: [...keysOf('name', [name.toLowerCase(), fqdn, address]), ...keysOf('address', [address])], port };
}

function markOfPod({ fqdn, ip4, ip6, port }: Endpoint): Mark {
  return { keys: [...keysOf('name', [fqdn]), ...keysOf('address', [ip4, ip6])], port };
}

function keysOf(kind: 'name' | 'address', values: readonly (string | null)[]): readonly string[] {
  return values.filter((value) => value !== null).map((value) => `${kind} ${value}`);
}

/** Thousands are matched with thousands while the lease is held: each is looked up, and not compared with all. */
function matcher(marks: readonly Mark[]): (mark: Mark) => boolean {
  const portsOf = new Map<string, Set<number | null>>();
  for (const { keys, port } of marks) {
    for (const key of keys) {
      const ports = portsOf.get(key);
      if (ports === undefined) portsOf.set(key, new Set([port]));
      else ports.add(port);
    }
  }
  return ({ keys, port }) =>
    keys.some((key) => {
      const ports = portsOf.get(key);
      return ports !== undefined && (port === null || ports.has(port) || ports.has(null));
    });
}
