/**
 * Why a request has no usable reply.
 *
 * - `refused`: no connection was made, so the server never saw the request
 * - `dns`, `tls`: the name or the certificate is no good; the server never saw the request either
 * - `timeout`: the request's own deadline ended it; the server may have done what was asked
 * - `aborted`: the caller, or `close()`, ended it; the server may have done what was asked
 * - `truncated`: the connection ended before the whole reply was here; the server may have done what was asked
 * - `tooLarge`, `notUtf8`, `broken`: something came that is no reply we read
 */
export type HttpProblemKind =
  | 'refused'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'aborted'
  | 'tooLarge'
  | 'truncated'
  | 'notUtf8'
  | 'broken';

/** The only error that leaves the HTTP client. Its message is one line without query, headers or body. */
export class HttpProblem extends Error {
  readonly kind: HttpProblemKind;

  constructor(kind: HttpProblemKind, message: string) {
    super(message);
    this.name = 'HttpProblem';
    this.kind = kind;
  }
}
