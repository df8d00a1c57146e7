import { sourceKey } from '../../config/key.ts';
import { orNone } from '../../config/value-types.ts';
import type { SourceBackend } from '../backend.ts';
import { type DnsServer, formatServer, serverList } from './server-address.ts';
import { createDnsSource } from './source.ts';
import { udpTraps } from './udp-traps.ts';

export interface DnsSettings {
  /** Null: the system's. */
  readonly dnsServers: readonly DnsServer[] | null;
}

/** SRV records, asked over TCP. */
export const dns: SourceBackend<DnsSettings> = {
  keys: {
    dnsServers: sourceKey('dns_servers', orNone(serverList), 'none', {
      doc: 'Addresses of DNS servers, with port where it is not 53; none: those of /etc/resolv.conf.',
    }),
  },
  secrets: async () => [],
  describe: ({ dnsServers }) => `dns at ${dnsServers?.map(formatServer).join(', ') ?? 'the system’s servers'}`,
  create: ({ dnsServers }, { wantsAddresses }) => createDnsSource({ servers: dnsServers, wantsAddresses }),
  traps: ({ dnsServers }, answers, signal) => udpTraps(dnsServers, answers, signal),
};
