import type { Backends } from '../config/backend.ts';
import type { Key, Keys } from '../config/key.ts';
import type { AnyRelation } from '../config/relation.ts';
import type { AnySourceBackend } from '../discovery/backend.ts';
import { SOURCES } from '../discovery/index.ts';
import type { AnyLockBackend } from '../locks/backend.ts';
import { LOCKS } from '../locks/index.ts';
import { CHOSEN_BY_DEFAULT } from './chosen-by-default.ts';
import { configKey, coreKeys } from './keys.ts';
import { pathRelations } from './path-relations.ts';
import { coreRelations } from './relations.ts';
import type { Settings } from './settings.ts';

interface Chosen {
  /** What the setting `lock` chooses from. */
  readonly locks: Readonly<Record<string, AnyLockBackend>>;
  /** What the setting `source` chooses from. */
  readonly sources: Readonly<Record<string, AnySourceBackend>>;
}

/** Everything that can be configured: the core's settings, and those that each lock service and source adds. */
export interface Catalog extends Chosen {
  /** By field of the settings. */
  readonly keys: Keys<Settings>;
  /** Every key that a value can be given to, in the order of help and documentation. */
  readonly allKeys: readonly Key<unknown>[];
  readonly relations: readonly AnyRelation[];
}

/** Composes the one table of keys, and what must hold between them. */
export function catalogOf({ locks, sources }: Chosen, defaults = CHOSEN_BY_DEFAULT): Catalog {
  const core = coreKeys({ locks: Object.keys(locks), sources: Object.keys(sources), defaults });
  const keys: Readonly<Record<string, Key<unknown>>> = { ...core, ...keysOf(sources), ...keysOf(locks) };
  const relations = [
    ...coreRelations,
    ...relationsOf('source', sources),
    ...relationsOf('lock', locks),
    ...pathRelations({ lock: locks, source: sources }),
  ];
  return {
    locks,
    sources,
    keys: keys as unknown as Keys<Settings>,
    allKeys: [configKey, ...Object.values(keys)],
    relations,
  };
}

/** A service that is both a lock and a source has the same key in both. */
function keysOf(backends: Backends): Readonly<Record<string, Key<unknown>>> {
  return Object.assign({}, ...Object.values(backends).map(({ keys }) => keys));
}

function relationsOf(choice: 'lock' | 'source', backends: Backends): readonly AnyRelation[] {
  return Object.entries(backends).flatMap(([name, { relations = [] }]) =>
    relations.map((relation) => ({
      ...relation,
      fields: [choice, ...relation.fields],
      holds: (settings: object) => Reflect.get(settings, choice) !== name || relation.holds(settings),
    })),
  );
}

/** What this program can be configured with. */
export const CATALOG = catalogOf({ locks: LOCKS, sources: SOURCES });
