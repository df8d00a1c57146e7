import type { HttpProblem, HttpProblemKind } from './problem.ts';
import { formatOtherScheme } from './wrong-address.ts';

/** What leads to a service. */
export interface ServiceKeys {
  /** The setting with its address, by its name. */
  readonly address: string;
  /** What to do where it takes none of our client certificates, or has seen none. */
  readonly certificate: string;
}

/** A request without a reply: what to say about it, with the cure where there is one. */
export interface Diagnosis {
  readonly message: string;
  /** Nothing heals by itself there, though another endpoint may be right. */
  readonly isHopeless: boolean;
}

const HOPELESS: ReadonlySet<HttpProblemKind> = new Set([
  'proxyDenied',
  'untrusted',
  'wrongScheme',
  'notHttp',
  'tls',
  'tooLarge',
]);

/** What a request that was sent to `address` met. */
export function diagnose(problem: HttpProblem, address: string, keys: ServiceKeys): Diagnosis {
  const { kind, message, isAtProxy } = problem;
  // What the proxy of proxy_url is like says nothing of the address behind it.
  const hint = isAtProxy ? '' : hintFor(problem, address, keys);
  return { message: `${message}${hint}`, isHopeless: HOPELESS.has(kind) };
}

function hintFor(
  { kind, unknownHost }: HttpProblem,
  address: string,
  { address: key, certificate }: ServiceKeys,
): string {
  switch (kind) {
    case 'refused':
      return `: is the server up, and ${key} right?`;
    case 'dns':
      return isOther(unknownHost, address) ? '' : `: is ${key} right, and does DNS work on this host?`;
    case 'wrongScheme':
      return `: ${formatOtherScheme(address, key)}`;
    case 'notHttp':
    case 'tooLarge':
      return `: is ${key} right?`;
    case 'tls':
      return `; if it asks for a client certificate, ${certificate}`;
    case 'truncated':
      // What listens on one port for TLS and HTTP hangs up on who speaks the wrong one; a server that stops does so too.
      return `; if that goes on, ${formatOtherScheme(address, key)}${isSecure(address) ? `, or ${certificate}` : ''}`;
    default:
      return '';
  }
}

/** Some servers end a connection without a word whose client certificate they do not trust. */
function isSecure(address: string): boolean {
  return /^https:/i.test(address);
}

/** A name that is not that of the address is the proxy's. */
function isOther(host: string | null, address: string): boolean {
  return host !== null && host !== new URL(address).hostname;
}
