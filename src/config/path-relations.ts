import type { Settings } from './settings.ts';

type PathField = {
  [Field in keyof Settings]: Settings[Field] extends string | null ? Field : never;
}[keyof Settings];

/** Files that a run replaces, removes or appends to. */
const written: readonly PathField[] = ['runLockFile', 'statFile', 'stateFile', 'logFile', 'lockFile', 'record'];

/** Files that a run only reads. */
const read: readonly PathField[] = ['primerJsonFile', 'sourceFile', 'ytTokenPath'];

/** Pairs of keys that must not name the same file: one use would destroy what the other needs. */
export const pathPairs: readonly (readonly [PathField, PathField])[] = written.flatMap((field, at) =>
  [...written.slice(at + 1), ...read].map((other) => [field, other] as const),
);

/** True when both keys are in use and name the same file. */
export function collide(settings: Settings, [one, other]: readonly [PathField, PathField]): boolean {
  return inUse(settings, one) && inUse(settings, other) && settings[one] === settings[other];
}

function inUse(settings: Settings, field: PathField): boolean {
  if (field === 'lockFile') return settings.lock === 'file';
  if (field === 'ytTokenPath') return settings.lock === 'yt';
  if (field === 'sourceFile') return settings.source === 'file';
  return settings[field] !== null && settings[field] !== '-';
}
