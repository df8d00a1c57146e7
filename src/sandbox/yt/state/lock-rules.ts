import { YtError, yt } from '../errors.ts';
import type { YtMap } from '../values.ts';
import { isWithin, type Transaction, winnerOf } from './transactions.ts';

export type LockMode = 'exclusive' | 'shared' | 'snapshot';

/** A shared lock may be on one child or one attribute only. */
export interface LockKey {
  readonly kind: 'child' | 'attribute';
  readonly name: string;
}

/** A lock that is asked for; without a transaction it is that of one write, and is not kept. */
export interface Wanted {
  readonly mode: LockMode;
  readonly key: LockKey | null;
  readonly transaction: Transaction | null;
}

export interface Acquired extends Wanted {
  readonly transaction: Transaction;
}

/** Why a lock cannot be acquired beside those that are acquired already, or null. Pending locks are in nobody's way. */
export function conflictOf(wanted: Wanted, acquired: readonly Acquired[], nodePath: string): YtError | null {
  const { mode, transaction } = wanted;
  const cannot = (code: number, because: string, attributes: YtMap = {}) =>
    new YtError(code, `Cannot take "${mode}" lock for node ${nodePath} since ${because}`, { attributes });

  if (transaction !== null) {
    const own = acquired.filter((lock) => lock.transaction === transaction);
    const same = (taken: LockMode) =>
      cannot(yt.sameTransactionConflict, `"${taken}" lock is already taken by same transaction ${transaction.id}`);
    if (own.some((lock) => lock.mode === 'snapshot')) return mode === 'snapshot' ? null : same('snapshot');
    if (mode === 'snapshot') {
      for (const taken of ['exclusive', 'shared'] as const)
        if (own.some((lock) => lock.mode === taken)) return same(taken);
      const below = strongest(acquired.filter((lock) => isWithin(lock.transaction, transaction)));
      if (below === null) return null;
      return cannot(yt.descendantConflict, `"${below}" lock is already taken by a descendant transaction`);
    }
    const frozen = acquired.find((lock) => lock.mode === 'snapshot' && isWithin(transaction, lock.transaction));
    if (frozen !== undefined) {
      const parent = frozen.transaction.id;
      return cannot(yt.sameTransactionConflict, `"snapshot" lock is already taken by parent transaction ${parent}`);
    }
  }

  const others = acquired.filter((lock) => !isWithin(transaction, lock.transaction));
  const rival = others.find((lock) => lock.mode === 'exclusive') ?? others.find((lock) => sharesBadly(wanted, lock));
  if (rival === undefined) return null;
  const attributes = { winner_transaction: winnerOf(rival.transaction) };
  const by = `concurrent transaction ${rival.transaction.id}`;
  if (wanted.key === null) {
    return cannot(yt.concurrentConflict, `"${rival.mode}" lock is taken by ${by}`, attributes);
  }
  const { kind, name } = wanted.key;
  const message = `Cannot take lock for ${kind} "${name}" of node ${nodePath} since this ${kind} is locked by ${by}`;
  return new YtError(yt.concurrentConflict, message, { attributes });
}

/** Whether a shared lock is in the way of what is wanted. */
function sharesBadly({ mode, key }: Wanted, lock: Acquired): boolean {
  if (lock.mode !== 'shared') return false;
  return mode === 'exclusive' || (key !== null && isSameKey(key, lock.key));
}

export function isSameKey(one: LockKey | null, other: LockKey | null): boolean {
  return one?.kind === other?.kind && one?.name === other?.name;
}

function strongest(locks: readonly Acquired[]): LockMode | null {
  const modes = locks.map(({ mode }) => mode);
  return (['exclusive', 'shared'] as const).find((mode) => modes.includes(mode)) ?? null;
}
