import { Problem } from '../problem.ts';

/**
 * Why a request has no usable reply.
 *
 * - `refused`: no connection was made, so the server never saw the request
 * - `dns`: the name does not resolve; the server never saw the request either
 * - `proxyDenied`: the proxy of `proxy_url` lets nothing of ours through, which no other try changes
 * - `untrusted`: the server's certificate is not trusted, which no other try changes
 * - `wrongScheme`: plain HTTP where TLS is spoken, or the other way round, which no other try changes
 * - `notHttp`: what answers speaks neither HTTP nor TLS, which no other try changes
 * - `tls`: the handshake failed for another reason
 * - `timeout`: the request's own deadline ended it; the server may have done what was asked
 * - `aborted`: the caller, or `close()`, ended it; the server may have done what was asked
 * - `truncated`: the connection ended before the whole reply was here; the server may have done what was asked
 * - `tooLarge`, `notUtf8`, `broken`: something came that is no reply we read
 */
export type HttpProblemKind =
  | 'refused'
  | 'dns'
  | 'proxyDenied'
  | 'untrusted'
  | 'wrongScheme'
  | 'notHttp'
  | 'tls'
  | 'timeout'
  | 'aborted'
  | 'tooLarge'
  | 'truncated'
  | 'notUtf8'
  | 'broken';

/** The only error that leaves the HTTP client. Its message is one line without query, headers or body. */
export class HttpProblem extends Problem<HttpProblemKind> {
  /** The host name that does not resolve, where that is the problem and will not heal by itself. */
  readonly unknownHost: string | null;

  /** True when it is the proxy of `proxy_url` that could not be spoken to, not the server behind it. */
  readonly isAtProxy: boolean;

  constructor(
    kind: HttpProblemKind,
    message: string,
    {
      unknownHost = null,
      isAtProxy = false,
    }: { readonly unknownHost?: string | null; readonly isAtProxy?: boolean } = {},
  ) {
    super({ kind, what: message });
    this.unknownHost = unknownHost;
    this.isAtProxy = isAtProxy;
  }
}
