import type { Resource } from './resources.ts';
import { badRequest, invalid } from './status.ts';

type Json = Readonly<Record<string, unknown>>;

/** What an API server would not keep. Throws a `StatusError`. */
export function refuseInvalid(resource: Resource, name: string, object: Json): void {
  if (resource.kind === 'Lease') refuseLease(resource, name, (object['spec'] ?? {}) as Json);
  if (resource.kind === 'ConfigMap') refuseConfigMap(resource, name, (object['data'] ?? {}) as Json);
}

const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function refuseLease(resource: Resource, name: string, spec: Json): void {
  for (const field of ['acquireTime', 'renewTime']) {
    const time = spec[field] ?? null;
    if (time === null) continue;
    if (typeof time === 'string' && MICRO_TIME.test(time)) continue;
    throw badRequest(
      `Lease in version "v1" cannot be handled as a Lease: parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05.000000Z07:00"`,
    );
  }
  for (const [field, least, words] of [
    ['leaseDurationSeconds', 1, 'must be greater than 0'],
    ['leaseTransitions', 0, 'must be greater than or equal to 0'],
  ] as const) {
    const number = spec[field] ?? null;
    if (number === null) continue;
    if (!Number.isInteger(number)) throw badRequest(`Lease in version "v1" cannot be handled as a Lease: ${field}`);
    if (Number(number) < least) throw invalid(resource, name, `spec.${field}`, `Invalid value: ${number}: ${words}`);
  }
}

function refuseConfigMap(resource: Resource, name: string, data: Json): void {
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string') throw badRequest('ConfigMap in version "v1" cannot be handled as a ConfigMap');
    if (/^[-._a-zA-Z0-9]{1,253}$/.test(key)) continue;
    throw invalid(resource, name, `data[${key}]`, `Invalid value: "${key}": a valid config key must consist of …`);
  }
}
