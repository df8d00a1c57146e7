import { isIPv4 } from 'node:net';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { normalIp6 } from '../http/ip6.ts';
import { type ShapeProblem, shapeProblem } from '../json/validate.ts';
import { isName, normalPodName, podNameIn } from './names.ts';

/** What one field of an endpoint says in its one spelling; null where it is absent, undefined where it is no good. */
type Read<Value> = (written: unknown) => Value | null | undefined;

/** An endpoint in YP.SD's words, wherever it was written. What is null, empty or zero is how protobuf says absent. */
const readId: Read<string> = (written) => (isName(written) ? written : undefined);
const readFqdn: Read<string> = (written) => readText(written, podNameIn);
const readIp4: Read<string> = (written) => readText(written, (text) => (isIPv4(text) ? text : null));
const readIp6: Read<string> = (written) => readText(written, normalIp6);
const readPort: Read<number> = (written) => {
  if (written === undefined || written === null) return null;
  const isPort = typeof written === 'number' && Number.isInteger(written) && written >= 0 && written <= 65_535;
  return isPort ? written || null : undefined;
};

const fields: readonly { readonly key: string; readonly read: Read<unknown>; readonly expected: string }[] = [
  { key: 'id', read: readId, expected: 'expected an id: 1 to 255 visible ASCII characters' },
  { key: 'fqdn', read: readFqdn, expected: 'expected a host name, an IPv4 or an IPv6 address' },
  { key: 'ip4_address', read: readIp4, expected: 'expected an IPv4 address' },
  { key: 'ip6_address', read: readIp6, expected: 'expected an IPv6 address' },
  { key: 'port', read: readPort, expected: 'expected a port number from 1 to 65535' },
];

/** Every name and address comes out in its one spelling. Null for what is no endpoint. */
export function podOf(written: unknown): Endpoint | null {
  if (!isObject(written)) return null;
  const id = readId(written['id']);
  const fqdn = readFqdn(written['fqdn']);
  const ip4 = readIp4(written['ip4_address']);
  const ip6 = readIp6(written['ip6_address']);
  const port = readPort(written['port']);
  const isGood = id && fqdn !== undefined && ip4 !== undefined && ip6 !== undefined && port !== undefined;
  return isGood ? { id, fqdn: fqdn ?? normalPodName(id), ip4, ip6, port } : null;
}

/** Whether what is written says of a pod what is known of it, word for word: then nothing of it needs another look. */
export function saysOf(pod: Endpoint, written: Record<string, unknown>): boolean {
  return (
    written['id'] === pod.id &&
    written['fqdn'] === pod.fqdn &&
    (written['ip4_address'] ?? null) === pod.ip4 &&
    (written['ip6_address'] ?? null) === pod.ip6 &&
    (written['port'] ?? null) === pod.port
  );
}

/** Why something written at this place is no endpoint. */
export function problemOf(written: unknown, place: string): ShapeProblem {
  if (!isObject(written))
    return shapeProblem(place, 'expected an object that describes an endpoint', { value: written });
  const { key, expected } = fields.find((field) => field.read(written[field.key]) === undefined)!;
  return shapeProblem(`${place}.${key}`, expected, key in written ? { value: written[key] } : undefined);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(written: unknown, spelled: (text: string) => string | null): string | null | undefined {
  if (written === undefined || written === null || written === '') return null;
  return (typeof written === 'string' ? spelled(written) : null) ?? undefined;
}
