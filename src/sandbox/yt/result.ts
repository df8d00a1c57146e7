import type { YtMap, YtValue } from './values.ts';

/** In v3 a result is a bare value, or an empty body (undefined); in v4 it is a map of named values. */
export interface Result {
  readonly v3: YtValue | undefined;
  readonly v4: YtMap;
}

export const nothing: Result = { v3: undefined, v4: {} };
