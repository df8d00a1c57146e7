import * as v from 'valibot';
import type { Endpoint } from '../../machines/vocabulary.ts';
import { distinctPods } from './distinct-pods.ts';
import { isIp4OrEmpty, isIp6OrEmpty, isName, isPodNameOrEmpty, normalIp6, normalPodName } from './names.ts';

/** One endpoint in YP.SD's words, wherever it was written. What is null, empty or zero is how protobuf says absent. */
interface Written {
  readonly id: string;
  readonly fqdn?: string | null;
  readonly ip4_address?: string | null;
  readonly ip6_address?: string | null;
  readonly port?: number | null;
}

interface Field {
  readonly key: keyof Written;
  readonly isGood: (value: unknown) => boolean;
  readonly expected: string;
}

const id: Field = { key: 'id', isGood: isName, expected: 'expected an id: 1 to 255 visible ASCII characters' };

const optional: readonly Field[] = [
  { key: 'fqdn', isGood: isPodNameOrEmpty, expected: 'expected a host name, an IPv4 or an IPv6 address' },
  { key: 'ip4_address', isGood: isIp4OrEmpty, expected: 'expected an IPv4 address' },
  { key: 'ip6_address', isGood: isIp6OrEmpty, expected: 'expected an IPv6 address' },
  { key: 'port', isGood: isPortOrZero, expected: 'expected a port number from 1 to 65535' },
];

/** Checked without a schema for each: of a hundred thousand pods, that would take longer than all else that becomes of them. */
const readEndpoints = v.rawTransform<unknown[], Endpoint[]>(({ dataset: { value: list }, addIssue, NEVER }) => {
  const pods: Endpoint[] = [];
  for (const [index, entry] of list.entries()) {
    const path = [{ type: 'array', origin: 'value', input: list, key: index, value: entry }] as const;
    if (!isObject(entry)) {
      addIssue({ message: 'expected an object that describes an endpoint', input: entry, path: [...path] });
      return NEVER;
    }
    const wrong = wrongField(entry);
    if (wrong !== undefined) {
      const { key, expected } = wrong;
      const input = entry[key];
      const origin = key in entry ? 'value' : 'key';
      addIssue({
        message: expected,
        input,
        path: [...path, { type: 'object', origin, input: entry, key, value: input }],
      });
      return NEVER;
    }
    pods.push(toEndpoint(entry as unknown as Written));
  }
  return pods;
});

/**
 * A list of endpoints, each pod once, sorted by id: the same pods give the same list, in whatever order, spelling and
 * number they were written. Protobuf's JSON leaves out a list that is empty, Go's writes null.
 */
export const endpointsSchema = v.pipe(
  v.nullish(v.custom<unknown[]>(Array.isArray, 'expected a list of endpoints'), []),
  readEndpoints,
  distinctPods,
  v.transform((endpoints) => endpoints.sort((one, other) => (one.id < other.id ? -1 : 1))),
);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongField(entry: Record<string, unknown>): Field | undefined {
  if (!id.isGood(entry['id'])) return id;
  return optional.find(({ key, isGood }) => entry[key] !== undefined && entry[key] !== null && !isGood(entry[key]));
}

/** Every name and address comes out in its one spelling. */
function toEndpoint({ id, fqdn, ip4_address: ip4, ip6_address: ip6, port }: Written): Endpoint {
  return {
    id,
    fqdn: normalPodName(fqdn || id),
    ip4: ip4 || null,
    ip6: ip6 ? normalIp6(ip6) : null,
    port: port || null,
  };
}

/** Zero is how protobuf says absent. */
function isPortOrZero(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}
