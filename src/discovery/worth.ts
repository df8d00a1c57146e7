import type { Verdict } from '../../machines/vocabulary.ts';
import type { HttpProblemKind } from '../http/problem.ts';

/** What an answer that is none is taken for, and whether another attempt may bring a better one. */
export interface Worth {
  readonly verdict: Exclude<Verdict, 'ok'>;
  readonly again: boolean;
}

/** Nothing but another configuration, or another server, brings an answer. */
export const HOPELESS: Worth = { verdict: 'unavailable', again: false };

/** Of a request that has no usable reply. */
export const WORTH_OF_PROBLEM: Readonly<Record<HttpProblemKind, Worth>> = {
  refused: { verdict: 'unavailable', again: true },
  dns: { verdict: 'unavailable', again: true },
  timeout: { verdict: 'unavailable', again: true },
  truncated: { verdict: 'unavailable', again: true },
  broken: { verdict: 'unavailable', again: true },
  proxyDenied: HOPELESS,
  untrusted: HOPELESS,
  wrongScheme: HOPELESS,
  notHttp: HOPELESS,
  tls: HOPELESS,
  aborted: HOPELESS,
  notUtf8: { verdict: 'invalid', again: true },
  tooLarge: { verdict: 'invalid', again: false },
};

/** Of a reply with another status than 200. */
export function worthOfStatus(status: number): Worth {
  if (status === 401 || status === 403) return { verdict: 'denied', again: false };
  if (status === 408 || status === 429 || status >= 500) return { verdict: 'unavailable', again: true };
  if (status < 300) return { verdict: 'invalid', again: true };
  // A service discovery says with 200 that it does not know a group: a 404 or a redirect comes from somebody else.
  return HOPELESS;
}
