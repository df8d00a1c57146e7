import type { YtMap, YtValue } from '../values.ts';

/**
 * In v3 a result is a bare value, or an empty body (undefined); in v4 it is a map of named values, unless a command was
 * asked otherwise.
 */
export interface Result {
  readonly v3: YtValue | undefined;
  readonly v4: YtValue | undefined;
}

export const nothing: Result = { v3: undefined, v4: {} };

/** A result with one value, which has this name in v4. */
export function named(name: string, value: YtValue): Result {
  return { v3: value, v4: { [name]: value } as YtMap };
}
