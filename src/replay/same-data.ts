/** Whether two values are the same JSON, whatever the order of their keys. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameData(Reflect.get(a, key), Reflect.get(b, key)));
}

/** What a value becomes when it is recorded: without fields that are not set. */
export function asRecorded(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
