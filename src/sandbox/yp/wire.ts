import type { YpSet } from './sets.ts';

/** What a client asks for. */
export interface ResolveRequest {
  readonly cluster: string;
  readonly setId: string;
  readonly clientName: string;
  readonly ruid: string | null;
}

/** Reads the body of a request; a sentence that says what is wrong with it otherwise. */
export function readRequest(body: string): ResolveRequest | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'the body is not an object';
  const fields: Record<string, unknown> = { ...parsed };
  const unknown = Object.keys(fields).find((field) => !known.includes(field));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  for (const field of Object.keys(fields)) if (typeof fields[field] !== 'string') return `${field} is not a string`;
  for (const field of known.slice(0, 3)) if (!fields[field]) return `${field} is empty`;
  const { cluster_name, endpoint_set_id, client_name, ruid } = fields as Record<string, string>;
  return { cluster: cluster_name!, setId: endpoint_set_id!, clientName: client_name!, ruid: ruid ?? null };
}

const known = ['cluster_name', 'endpoint_set_id', 'client_name', 'ruid'];

/** The answer as proto JSON: fields with their default value, and empty lists, are left out. */
export function writeAnswer(setId: string, { endpoints, status, timestamp }: YpSet, host: string): string {
  const bare = Object.fromEntries(
    Object.entries({
      endpoint_set: ['NOT_EXISTS', 'NOT_CHANGED'].includes(status ?? '')
        ? undefined
        : withoutDefaults({ endpoint_set_id: setId, endpoints: endpoints.map(withoutDefaults) }),
      resolve_status: status ?? undefined,
      host,
    }),
  );
  const rest = JSON.stringify(bare);
  if (timestamp === null) return rest;
  // JSON.stringify cannot write a bigint, and a number would lose its last digits.
  const digits = typeof timestamp === 'string' ? JSON.stringify(timestamp) : String(timestamp);
  return `{"timestamp":${digits},${rest.slice(1)}`;
}

function withoutDefaults(message: object): object {
  const isDefault = (value: unknown) =>
    [0, false, ''].includes(value as never) || (Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(message).filter(([, value]) => !isDefault(value)));
}
