import type { YtMap } from './values.ts';

export const yt = {
  generic: 1,
  rpcAuthentication: 111,
  sameTransactionConflict: 400,
  descendantConflict: 401,
  concurrentConflict: 402,
  pendingConflict: 403,
  resolve: 500,
  exists: 501,
  authentication: 900,
  userBanned: 903,
  noSuchTransaction: 11000,
} as const;

/** An error as YT reports it; `httpStatus` is 400 for a command that ran and failed. */
export class YtError extends Error {
  readonly code: number;
  readonly attributes: YtMap;
  readonly inner: readonly YtError[];
  readonly httpStatus: number;

  constructor(
    code: number,
    message: string,
    {
      attributes = {},
      inner = [],
      httpStatus = 400,
    }: Partial<Pick<YtError, 'attributes' | 'inner' | 'httpStatus'>> = {},
  ) {
    super(message);
    this.code = code;
    this.attributes = attributes;
    this.inner = inner;
    this.httpStatus = httpStatus;
  }

  toMap(): YtMap {
    const { code, message, attributes } = this;
    return { code, message, attributes, inner_errors: this.inner.map((error) => error.toMap()) };
  }
}

/** The proxy wraps what a command threw, so that the telling code is one level down. */
export function wrapped(command: string, error: YtError, attributes: YtMap): YtError {
  return new YtError(yt.generic, `Error executing command "${command}"`, { attributes, inner: [error] });
}
