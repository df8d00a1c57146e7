import type { StateValue } from 'xstate';

/** `holdingRunLock.reading`; regions side by side are `leased.(position.held, lease.valid.idle)`. */
export function statePath(value: StateValue): string {
  if (typeof value === 'string') return value;
  const parts = Object.entries(value).map(([name, inner]) =>
    inner === undefined ? name : `${name}.${statePath(inner)}`,
  );
  return parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`;
}

/** Every state of the value and those that they are inside of: `holdingRunLock`, `holdingRunLock.reading`. */
export function statePaths(value: StateValue, inside = ''): string[] {
  if (typeof value === 'string') return [`${inside}${value}`];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${inside}${name}`,
    ...(inner === undefined ? [] : statePaths(inner, `${inside}${name}.`)),
  ]);
}
