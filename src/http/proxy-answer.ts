import { HttpProblem } from './problem.ts';
import { credentialsOf } from './proxy-host.ts';

/** What is wrong where a proxy does not open the way to `target`, which it was asked for by CONNECT. */
export function refusedTunnel(proxy: URL, target: string, status: number): HttpProblem {
  if (status === WANTS_USER) return unknownUser(proxy);
  const said = `${target} (HTTP status ${status})`;
  return PASSING.has(status)
    ? new HttpProblem('refused', `the proxy at ${proxy.origin} did not reach ${said}`, AT_PROXY)
    : new HttpProblem('proxyDenied', `the proxy at ${proxy.origin} opens no way to ${said}`, AT_PROXY);
}

/** The same of a reply that came from a proxy in the clear, be it its own or that of the server; null where it passes it on. */
export function refusedRequest(proxy: URL, status: number): HttpProblem | null {
  return status === WANTS_USER ? unknownUser(proxy) : null;
}

function unknownUser(proxy: URL): HttpProblem {
  const wanted = credentialsOf(proxy) === null ? 'a user and a password' : 'another user or password';
  return new HttpProblem('proxyDenied', `the proxy at ${proxy.origin} wants ${wanted} (407)`, AT_PROXY);
}

/** A status in words, with the way where the proxy may be the one who says it. */
export function formatStatus(reply: StatusOnWay): string {
  return `HTTP status ${reply.status}${formatWay(reply)}`;
}

/** What to add to a status that the proxy may have given; empty for another one, and where there is none. */
export function formatWay({ status, isByProxy = false }: StatusOnWay): string {
  return isByProxy && (status === 403 || GATEWAYS.has(status)) ? ', by way of proxy_url' : '';
}

interface StatusOnWay {
  readonly status: number;
  readonly isByProxy?: boolean;
}

const AT_PROXY = { isAtProxy: true };
const WANTS_USER = 407;
/** What a gateway says of the server behind it. */
const GATEWAYS: ReadonlySet<number> = new Set([502, 503, 504]);
/** What another try may heal. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, ...GATEWAYS]);
