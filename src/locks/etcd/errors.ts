import type { Reaction } from './problem.ts';

/** An error as etcd says it, in a reply or in a line of a stream. */
export interface EtcdError {
  /** Of gRPC, 1 to 16. */
  readonly code: number;
  readonly message: string;
}

/**
 * Reads `{code, message}`, or `{error: {code or grpc_code, message}}` of streams, or `{error: text, code}` of 3.5 and
 * older; null when it is none of them.
 */
export function readEtcdError(body: unknown): EtcdError | null {
  if (!isRecord(body)) return null;
  if (isRecord(body['error'])) return readEtcdError(body['error']);
  const code = body['code'] ?? body['grpc_code'];
  const message = body['message'] ?? body['error'] ?? '';
  const isGrpc = typeof code === 'number' && Number.isInteger(code) && code >= 1 && code <= 16;
  return isGrpc && typeof message === 'string' ? { code, message } : null;
}

/** Reads the reason that ends a watch: `rpc error: code = PermissionDenied desc = etcdserver: permission denied`. */
export function readCancelReason(reason: string): EtcdError {
  const [, name = '', message = reason] = /code = (\w+) desc = (.*)$/s.exec(reason) ?? [];
  return { code: codes.get(name) ?? UNAVAILABLE, message };
}

const UNAVAILABLE = 14;

const codes: ReadonlyMap<string, number> = new Map([
  ['InvalidArgument', 3],
  ['PermissionDenied', 7],
  ['Unauthenticated', 16],
]);

/** What the lock does about an error. A code that is not here says nothing of the request. */
export function reactionTo({ code, message }: EtcdError): Reaction {
  return byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? byCode.get(code) ?? 'transient';
}

/** Where one code means different things. */
const byMessage: readonly (readonly [RegExp, Reaction])[] = [
  [/revision of auth store is old|invalid auth token/i, 'unauthenticated'],
  [/user name is empty/i, 'unauthenticated'],
  [/authentication is not enabled/i, 'authOff'],
  [/lease already exists/i, 'exists'],
  [/lease not found/i, 'gone'],
];

const byCode: ReadonlyMap<number, Reaction> = new Map([
  [3, 'denied'], // invalid argument, a wrong password among them
  [7, 'denied'], // permission denied
  [11, 'denied'], // out of range: a lease that is too long
  [12, 'stranger'], // unimplemented: too old
  [16, 'unauthenticated'],
]);

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
