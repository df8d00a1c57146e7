import { isIPv4 } from 'node:net';
import { isIp6 } from '../http/ip6.ts';

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');
const visible = /^[!-~]{1,255}$/;

/** A DNS name in ASCII: it may end up in a command or a file of somebody who forgets to quote. */
export function isHostName(value: unknown): value is string {
  return typeof value === 'string' && hostName.test(value) && value.replace(/\.$/, '').length <= 253;
}

/** A host name, or the IPv4 or IPv6 address of a pod that has none. Empty is how protobuf says absent. */
export function isPodNameOrEmpty(value: unknown): value is string {
  return value === '' || isHostName(value) || isIp6OrEmpty(value);
}

/** The one spelling of a pod's name: host names in lower case and without a trailing dot, IPv6 addresses as `normalIp6`. */
export function normalPodName(name: string): string {
  if (name.includes(':')) return isIp6OrEmpty(name) ? normalIp6(name) : name;
  return isHostName(name) ? name.toLowerCase().replace(/\.$/, '') : name;
}

/** Names a source gives to things: not empty, not longer than 255, visible ASCII. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && visible.test(value);
}

/** A cluster's name is also the part before the first slash of `cluster/endpointSet`. Empty: the source's own one. */
export function isClusterName(value: unknown): value is string {
  return value === '' || (isName(value) && !value.includes('/'));
}

/** Empty is how protobuf says absent. */
export function isIp4OrEmpty(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || isIPv4(value));
}

/** Empty is how protobuf says absent. An address with a zone means something on one host only. */
export function isIp6OrEmpty(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || isIp6(value));
}

/** The one spelling of an IPv6 address, as RFC 5952 has it. */
export function normalIp6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
