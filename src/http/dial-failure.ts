const AT_PROXY = Symbol('failed at the proxy');

/** Marks an error of the way to the proxy, whoever wraps it later. */
export function atProxy(error: Error): Error {
  return Object.assign(error, { [AT_PROXY]: true });
}

/** True when the proxy could not be spoken to, or did not open the way; the error may be wrapped. */
export function isDialFailure(error: unknown): boolean {
  const { cause = error } = (error ?? {}) as { cause?: unknown };
  return typeof cause === 'object' && cause !== null && AT_PROXY in cause;
}
