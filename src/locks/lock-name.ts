import { type Key, lockKey } from '../config/key.ts';
import type { Relation } from '../config/relation.ts';
import { orNone, text } from '../config/value-types.ts';

/** The setting of lock services that have no key of their own for the lock's name. */
export interface LockName {
  /** Null: nobody has named the lock. There is no default, for two clusters on one lock stall each other. */
  readonly lockName: string | null;
}

/** The one row of it, for every lock service that has it. */
export const lockNameKey: Key<string | null> = lockKey('lock_name', orNone(text('name')), 'none', {
  doc: 'What is locked, unless the lock service has a key of its own for that: the same on all nodes.',
});

/** What a lock service asks of the name. */
export interface NameForm {
  /** The word that chooses the service. */
  readonly lock: string;
  readonly example: string;
  isRight(name: string): boolean;
  /** What a name looks like, to end a sentence with. */
  readonly expected: string;
}

/** A lock service needs a name, in a form of its own. */
export function lockNameRelation({ lock, example, isRight, expected }: NameForm): Relation<LockName> {
  return {
    fields: ['lockName'],
    holds: ({ lockName }) => lockName !== null && isRight(lockName),
    say: (show, { lockName }) =>
      lockName === null
        ? `lock: ${lock} needs lock_name, the same on all nodes of a cluster and on no others: for example ${example}`
        : `${show('lockName')} is no name of a lock in ${lock}: expected ${expected}, for example ${example}`,
  };
}

/** Behind the name of a lock it is that of another one beside it, which is tried where nobody who waits is to be disturbed. */
export const PROBE = '.probe';

/** The name that all keys of a lock begin with: its own, its board's and its probe's. */
export function commonPrefix(name: string): string {
  return name.endsWith(PROBE) ? name.slice(0, -PROBE.length) : name;
}
