import type { YtMap } from './values.ts';

export const yt = {
  generic: 1,
  noSuchMethod: 103,
  invalidCredentials: 111,
  sameTransactionConflict: 400,
  descendantConflict: 401,
  concurrentConflict: 402,
  resolve: 500,
  exists: 501,
  authentication: 900,
  userBanned: 903,
  prerequisiteFailed: 1000,
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

  /** The same error, with these attributes too. */
  with(attributes: YtMap): YtError {
    const { code, message, inner, httpStatus } = this;
    return new YtError(code, message, { attributes: { ...this.attributes, ...attributes }, inner, httpStatus });
  }

  toMap(): YtMap {
    const { code, message, attributes } = this;
    return { code, message, attributes, inner_errors: this.inner.map((error) => error.toMap()) };
  }
}

/** Finds what a path leads to; whatever goes wrong on the way is error 500 about the whole path, around its cause. */
export function resolving<T>(path: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof YtError)) throw error;
    throw new YtError(yt.resolve, `Error resolving path ${path}`, { inner: [error] });
  }
}
