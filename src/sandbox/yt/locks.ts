import { YtError, yt } from './errors.ts';
import { newGuid } from './guid.ts';
import { type Ending, isWithin, type Transaction, winnerOf } from './transactions.ts';
import { type Node, pathOf } from './tree.ts';

export type LockMode = 'exclusive' | 'shared' | 'snapshot';

export interface Lock {
  readonly id: string;
  readonly node: Node;
  readonly mode: LockMode;
  /** A shared lock may be on one child or one attribute only, as `child_key=name`. */
  readonly key: string | null;
  readonly createdAt: Date;
  transaction: Transaction;
  state: 'acquired' | 'pending';
  acquiredAt: Date | null;
}

interface LockRequest {
  readonly node: Node;
  readonly transaction: Transaction;
  readonly mode: LockMode;
  readonly key: string | null;
  readonly waitable: boolean;
}

/** The locks of the cluster, acquired and pending, in the order they were asked for. */
export class Locks {
  #locks: Lock[] = [];
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Acquires the lock, or puts it in line when it is waitable; an error with the winner otherwise. */
  take({ node, transaction, mode, key, waitable }: LockRequest): Lock {
    const now = this.#now();
    const lock: Lock = {
      id: newGuid(),
      node,
      mode,
      key,
      createdAt: now,
      transaction,
      state: 'pending',
      acquiredAt: null,
    };
    const conflict = this.#conflict(lock);
    // Who can wait does not overtake those who wait; who cannot, may.
    const inLine = waitable && this.of(node).some(({ state }) => state === 'pending');
    if (conflict !== null && (!waitable || conflict.code !== yt.concurrentConflict)) throw conflict;
    this.#locks.push(lock);
    if (conflict === null && !inLine) this.#acquire(lock);
    return lock;
  }

  of(node: Node): Lock[] {
    return this.#locks.filter((lock) => lock.node === node);
  }

  held(transaction: Transaction): Lock[] {
    return this.#locks.filter((lock) => lock.transaction === transaction);
  }

  find(id: string): Lock | null {
    return this.#locks.find((lock) => lock.id === id) ?? null;
  }

  unlock(node: Node, transaction: Transaction): void {
    this.#drop((lock) => lock.node === node && lock.transaction === transaction);
  }

  dropNode(node: Node): void {
    this.#drop((lock) => lock.node === node);
  }

  /** The locks of a nested transaction that commits become its parent's; all others are gone, pending ones too. */
  endTransaction(transaction: Transaction, ending: Ending): void {
    for (const lock of this.held(transaction)) {
      const inherited = ending === 'committed' && lock.state === 'acquired' && lock.mode !== 'snapshot';
      if (inherited && transaction.parent !== null) lock.transaction = transaction.parent;
    }
    this.#drop((lock) => lock.transaction === transaction);
  }

  /** Why a transaction may not change a node now, or null. */
  conflictOf(node: Node, transaction: Transaction | null): YtError | null {
    const rival = this.of(node).find((lock) => rivals({ transaction, mode: 'exclusive', key: null }, lock));
    return rival === undefined ? null : conflictError('exclusive', node, transaction, rival);
  }

  #conflict(wanted: Lock): YtError | null {
    const rival = this.of(wanted.node).find((lock) => rivals(wanted, lock));
    return rival === undefined ? null : conflictError(wanted.mode, wanted.node, wanted.transaction, rival);
  }

  #acquire(lock: Lock): void {
    lock.state = 'acquired';
    lock.acquiredAt = this.#now();
  }

  #drop(doomed: (lock: Lock) => boolean): void {
    const freed = new Set(this.#locks.filter(doomed).map(({ node }) => node));
    this.#locks = this.#locks.filter((lock) => !doomed(lock));
    for (const node of freed) this.#grant(node);
  }

  #grant(node: Node): void {
    for (const lock of this.of(node).filter(({ state }) => state === 'pending')) {
      if (this.#conflict(lock) !== null) return;
      this.#acquire(lock);
    }
  }
}

function rivals(wanted: { transaction: Transaction | null; mode: LockMode; key: string | null }, other: Lock): boolean {
  if (other.state === 'pending' || other.mode === 'snapshot' || wanted.mode === 'snapshot') return false;
  if (isWithin(wanted.transaction, other.transaction)) return false;
  if (wanted.mode === 'exclusive' || other.mode === 'exclusive') return true;
  return wanted.key !== null && wanted.key === other.key;
}

function conflictError(mode: LockMode, node: Node, transaction: Transaction | null, rival: Lock): YtError {
  const winner = rival.transaction;
  const descendant = transaction !== null && isWithin(winner, transaction);
  const [code, whose] = descendant ? [yt.descendantConflict, 'descendant'] : [yt.concurrentConflict, 'concurrent'];
  const message =
    `Cannot take "${mode}" lock for node ${pathOf(node)} since "${rival.mode}" lock is taken by ` +
    `${whose} transaction ${winner.id}`;
  return new YtError(code, message, { attributes: { winner_transaction: winnerOf(winner) } });
}
