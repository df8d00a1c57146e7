import { isIP } from 'node:net';
import { BadValue } from '../../config/config-error.ts';
import type { ValueType } from '../../config/value-types.ts';
import { bracketsFor } from '../../http/ip6-with-port.ts';
import { quoted } from '../../text/quoted.ts';

export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

const STANDARD_PORT = 53;

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; null for anything else, a host name too. */
export function parseServer(text: string): DnsServer | null {
  if (isIP(text) !== 0) return { host: text, port: STANDARD_PORT };
  const [, ip6, ip4, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::([1-9][0-9]{0,4}))?$/.exec(text) ?? [];
  const port = digits === undefined ? STANDARD_PORT : Number(digits);
  const isRight = ip6 === undefined ? isIP(ip4 ?? '') === 4 : isIP(ip6) === 6;
  return isRight && port <= 65_535 ? { host: (ip6 ?? ip4)!, port } : null;
}

export function formatServer({ host, port }: DnsServer): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A list, or text with commas. */
export const serverList: ValueType<readonly DnsServer[]> = {
  placeholder: 'list',
  schema: {
    anyOf: [
      { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      { type: 'string', minLength: 1 },
    ],
  },
  parse(raw) {
    const given = typeof raw === 'string' ? raw.split(',') : raw;
    if (given.length === 0) throw new BadValue('the list is empty: write at least one address, or none');
    return given.map((text) => {
      const brackets = bracketsFor(text.trim());
      if (brackets !== null)
        throw new BadValue(`${quoted(text.trim())}: an IPv6 address has brackets before a port: ${brackets}`);
      const server = parseServer(text.trim());
      if (server !== null) return server;
      throw new BadValue(
        `${quoted(text.trim())} is not the address of a DNS server: write an IP address, as 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:5353`,
      );
    });
  },
  format: (servers) => servers.map(formatServer).join(','),
};
