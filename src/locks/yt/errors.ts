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

/** YT does not know the token. All others who are denied something are known to it. */
const ofUnknownToken: ReadonlySet<number> = new Set([109, 111, 900]);

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

/** What to do about an error, and what of it is to be said. */
export interface Judgement {
  readonly kind: Reaction;
  /** YT does not know the token that was shown; another may be. */
  readonly refusesToken: boolean;
  /** The innermost part that says so; null where no error came. */
  readonly because: YtError | null;
  /** Set when YT could not find out who asks: what was in its way, from the outer cause to the innermost. */
  readonly trouble: readonly YtError[] | null;
}

export function judge(error: YtError | null, status: number): Judgement {
  const trouble = error === null ? null : authenticationTrouble(error);
  const parts = error === null ? [] : depthFirst(error);
  const innermost = trouble?.at(-1) ?? parts.find(({ inner }) => inner.length === 0) ?? null;
  for (const reaction of precedence) {
    const because = error === null ? null : innermostOf(reaction, error);
    // A proxy that is overloaded says "later", whatever error it wraps.
    const isBelieved = reaction === 'gone' || (trouble === null && !saysLater(status));
    if (because === null || !isBelieved) continue;
    return { kind: reaction, refusesToken: ofUnknownToken.has(because.code), because, trouble: null };
  }
  const kind = trouble === null ? ofStatus(status) : 'transient';
  return { kind, refusesToken: kind === 'denied' && status === 401, because: innermost, trouble };
}

/**
 * YT asks each of its authenticators, and wraps what they say in one and the same denial. Only when all of them know no
 * such token is the token wrong; else those who know it may just not have been asked, and the rest is no verdict.
 */
function authenticationTrouble(error: YtError): readonly YtError[] | null {
  const failed = depthFirst(error).find(({ code, inner }) => code === AUTHENTICATION && inner.length > 0);
  return failed === undefined || knowsNoToken(failed) ? null : pathToTrouble(failed);
}

const AUTHENTICATION = 900;
const INVALID_CREDENTIALS = 111;

function knowsNoToken({ code, message, inner }: YtError): boolean {
  if (code === INVALID_CREDENTIALS) return true;
  // Older authenticators say it without a code of its own.
  if (inner.length === 0) return /^Token is missing in Cypress\b/.test(message);
  return inner.every(knowsNoToken);
}

function pathToTrouble({ inner }: YtError): readonly YtError[] {
  const next = inner.find((each) => !knowsNoToken(each));
  return next === undefined ? [] : [next, ...pathToTrouble(next)];
}

function ofStatus(status: number): Reaction {
  if (status >= 300 && status < 400) return 'refused';
  return byStatus.get(status) ?? 'transient';
}

function saysLater(status: number): boolean {
  return status === 429 || status === 503;
}

function innermostOf(reaction: Reaction, error: YtError): YtError | null {
  for (const inner of error.inner) {
    const found = innermostOf(reaction, inner);
    if (found !== null) return found;
  }
  return byCode.get(error.code) === reaction ? error : null;
}

function depthFirst(error: YtError): readonly YtError[] {
  return [error, ...error.inner.flatMap(depthFirst)];
}
