import { isIPv4 } from 'node:net';
import { normalIp6 } from '../http/ip6.ts';

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');
const visible = /^[!-~]{1,255}$/;

/** A DNS name in ASCII: it may end up in a command or a file of somebody who forgets to quote. */
export function isHostName(value: unknown): value is string {
  return typeof value === 'string' && hostName.test(value) && value.length <= (value.endsWith('.') ? 254 : 253);
}

/** A host name, or the IPv4 or IPv6 address of a pod that has none. Empty is how protobuf says absent. */
export function isPodNameOrEmpty(value: unknown): value is string {
  return value === '' || (typeof value === 'string' && podNameIn(value) !== null);
}

/** The one spelling of a pod's name: host names in lower case and without a trailing dot, IPv6 addresses as `normalIp6`. */
export function normalPodName(name: string): string {
  return podNameIn(name) ?? name;
}

/** The same, and null for what is no name of a pod. */
export function podNameIn(text: string): string | null {
  if (text.includes(':')) return normalIp6(text);
  if (!isHostName(text)) return null;
  const lower = text.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
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
