/**
 * What the lock does about an error.
 *
 * - `gone`: the transaction has ended, and the lock with it
 * - `denied`: no retry helps until a person changes the token or the permissions
 * - `missing`: the path or the object is not there
 * - `exists`: something of another type is at the path
 * - `refused`: the request can never succeed as it is
 * - `conflict`: this attempt has failed; another may succeed
 * - `transient`: nothing is known about the request; it is worth asking again
 */
export type Reaction = 'gone' | 'denied' | 'missing' | 'exists' | 'refused' | 'conflict' | 'transient';

/** What the lock does about each error code of YT. A code that is not here is `transient`. */
const byCode: ReadonlyMap<number, Reaction> = new Map([
  [11000, 'gone'], // no such transaction
  [11003, 'gone'], // invalid transaction state
  [109, 'denied'], // RPC authentication
  [110, 'denied'], // invalid CSRF token
  [111, 'denied'], // invalid credentials
  [900, 'denied'], // authentication
  [901, 'denied'], // authorization
  [902, 'denied'], // account limit exceeded
  [903, 'denied'], // user banned; 904 is only the rate limit
  [905, 'denied'], // no such account
  [500, 'missing'], // resolve error
  [501, 'exists'], // already exists
  [102, 'refused'], // no such service
  [103, 'refused'], // no such method
  [400, 'conflict'], // lock conflict within the transaction
  [401, 'conflict'], // lock conflict with a descendant transaction
  [402, 'conflict'], // lock conflict with a concurrent transaction
  [403, 'conflict'], // pending lock conflict
  [404, 'conflict'], // lock destroyed
  [405, 'conflict'], // too many locks on the transaction
]);

/** When several codes are in one error, the first of these decides. */
const precedence: readonly Reaction[] = ['gone', 'denied', 'missing', 'exists', 'refused', 'conflict'];

/** What a status says where no code does. */
const byStatus: ReadonlyMap<number, Reaction> = new Map([
  [401, 'denied'],
  [403, 'denied'],
  [404, 'refused'],
  [405, 'refused'],
  [406, 'refused'],
  [415, 'refused'],
]);

/** A YT error as it came: the telling code is often in an inner one. */
export interface YtError {
  readonly code: number;
  readonly message: string;
  readonly inner: readonly YtError[];
}

/** Reads an error object; null when the value is none. */
export function readYtError(value: unknown): YtError | null {
  if (typeof value !== 'object' || value === null || !('code' in value) || typeof value.code !== 'number') return null;
  const message = 'message' in value && typeof value.message === 'string' ? value.message : '';
  const inner = 'inner_errors' in value && Array.isArray(value.inner_errors) ? value.inner_errors : [];
  return { code: value.code, message, inner: inner.map(readYtError).filter((each) => each !== null) };
}

/** What to do about an error, and the part of it that says so. */
export function reactionTo(error: YtError | null, status: number): { reaction: Reaction; because: YtError | null } {
  const parts = error === null ? [] : depthFirst(error);
  const innermost = parts.find(({ inner }) => inner.length === 0) ?? null;
  for (const reaction of precedence) {
    const because = parts.find(({ code }) => byCode.get(code) === reaction);
    // A proxy that is overloaded, or cannot reach its authentication, says "later" whatever error it wraps.
    if (because && (reaction === 'gone' || !saysLater(status))) return { reaction, because };
  }
  return { reaction: byStatus.get(status) ?? 'transient', because: innermost };
}

function saysLater(status: number): boolean {
  return status === 429 || status === 503;
}

function depthFirst(error: YtError): readonly YtError[] {
  return [error, ...error.inner.flatMap(depthFirst)];
}
