import type { Backends } from '../config/backend.ts';
import { CONFIG_KEY } from '../config/key.ts';
import type { AnyRelation } from '../config/relation.ts';
import { placeOf } from '../files/real-place.ts';
import type { CoreSettings } from './settings.ts';

/** A setting that names a file, and when it does. */
interface UsedFile {
  readonly field: string;
  readonly isWritten: boolean;
  /** Which backend must be chosen for it to count; null: it always does. */
  readonly owner: readonly ['lock' | 'source', string] | null;
}

/** Files that a run replaces, removes or appends to. */
const written: readonly (keyof CoreSettings)[] = [
  'runLockFile',
  'statFile',
  'stateFile',
  'logFile',
  'record',
  'metricsFile',
];

/** Files that a run only reads. */
const read: readonly (keyof CoreSettings)[] = ['primerJsonFile', 'primeFile', 'haproxySocket', 'caFile'];

/** Pairs of keys must not name the same file where one use would destroy what the other needs. */
export function pathRelations(backends: Readonly<Record<'lock' | 'source', Backends>>): readonly AnyRelation[] {
  const files = [
    ...coreFiles(written, true),
    ...coreFiles(read, false),
    ...coreFiles([CONFIG_KEY], false),
    ...filesOf('lock', backends.lock),
    ...filesOf('source', backends.source),
  ];
  const comparisons = filesOf('source', backends.source)
    .filter(({ isWritten }) => !isWritten)
    .map(comparisonOf);
  const pairs = files.flatMap((one, at) => files.slice(at + 1).map((other) => [one, other] as const));
  return [...pairs.filter(([one, other]) => one.isWritten || other.isWritten).map(relationOf), ...comparisons];
}

/** A source that reads the primer's file compares it with itself. */
function comparisonOf(file: UsedFile): AnyRelation {
  const primer = { field: 'primerJsonFile', isWritten: false, owner: null } satisfies UsedFile;
  return {
    ...relationOf([primer, file]),
    say: (show) =>
      `${show(file.field)} and ${show(primer.field)} name the same file, so that no difference would ever be seen; ` +
      'the primer says what HAProxy has, the source what it should have',
  };
}

function relationOf([one, other]: readonly [UsedFile, UsedFile]): AnyRelation {
  return {
    fields: [one.field, other.field, 'lock', 'source'],
    holds: (settings) => !isUsed(settings, one) || !isUsed(settings, other) || !isSamePlace(settings, one, other),
    say: (show) => `${show(one.field)} and ${show(other.field)} name the same file, and one would destroy the other`,
  };
}

function coreFiles(fields: readonly string[], isWritten: boolean): readonly UsedFile[] {
  return fields.map((field) => ({ field, isWritten, owner: null }));
}

function filesOf(choice: 'lock' | 'source', backends: Backends): readonly UsedFile[] {
  return Object.entries(backends).flatMap(([name, { files = {} }]) =>
    [...coreFiles(files.writes ?? [], true), ...coreFiles(files.reads ?? [], false)].map((used) => ({
      ...used,
      owner: [choice, name] as const,
    })),
  );
}

function isUsed(settings: object, { field, owner }: UsedFile): boolean {
  if (owner !== null && Reflect.get(settings, owner[0]) !== owner[1]) return false;
  const value = Reflect.get(settings, field);
  return value !== null && value !== '-';
}

function isSamePlace(settings: object, one: UsedFile, other: UsedFile): boolean {
  return placeIn(settings, one) === placeIn(settings, other);
}

/** Each file is in dozens of pairs, and looked for once. */
const placesIn = new WeakMap<object, Map<string, string>>();

function placeIn(settings: object, { field }: UsedFile): string {
  const places = placesIn.get(settings) ?? new Map<string, string>();
  placesIn.set(settings, places);
  const place = places.get(field) ?? placeOf(Reflect.get(settings, field) as string);
  places.set(field, place);
  return place;
}
