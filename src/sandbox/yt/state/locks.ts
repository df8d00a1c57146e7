import { YtError, yt } from '../errors.ts';
import type { NewGuid } from './guid.ts';
import { type Acquired, conflictOf, isSameKey, type LockKey, type LockMode, type Wanted } from './lock-rules.ts';
import type { Ending, Transaction } from './transactions.ts';
import { type Node, pathOf } from './tree.ts';

export interface Lock extends Acquired {
  readonly id: string;
  readonly node: Node;
  /** Taken by a write in a transaction; nobody asked for it. */
  readonly implicit: boolean;
  readonly createdAt: Date;
  transaction: Transaction;
  state: 'acquired' | 'pending';
  acquiredAt: Date | null;
}

interface LockRequest {
  readonly node: Node;
  readonly transaction: Transaction;
  readonly mode: LockMode;
  readonly key: LockKey | null;
  readonly waitable: boolean;
}

/** The locks of the cluster, acquired and pending, by the rules of YT's master. */
export class Locks {
  #acquired: Lock[] = [];
  #pending: Lock[] = [];
  readonly #now: () => Date;
  readonly #newGuid: NewGuid;

  constructor(now: () => Date, newGuid: NewGuid) {
    this.#now = now;
    this.#newGuid = newGuid;
  }

  /**
   * Acquires the lock if nothing that is acquired is in its way, past all that wait; or puts it in line when it is
   * waitable. An error otherwise.
   */
  take({ node, transaction, mode, key, waitable }: LockRequest): Lock {
    const conflict = this.#conflict(node, { transaction, mode, key });
    if (conflict !== null && !waitable) throw conflict;
    return this.#create(node, { transaction, mode, key }, false, conflict === null);
  }

  /** What a write needs: nobody else's lock in its way, and inside of a transaction a lock of its own. */
  takeForWrite(node: Node, wanted: Wanted): void {
    const conflict = this.#conflict(node, wanted);
    if (conflict !== null) throw conflict;
    const { transaction } = wanted;
    if (transaction === null || this.#isRedundant(node, wanted)) return;
    this.#create(node, { ...wanted, transaction }, true, true);
  }

  /** First the acquired ones in the order they were acquired, then the line. */
  of(node: Node): Lock[] {
    return this.all().filter((lock) => lock.node === node);
  }

  held(transaction: Transaction): Lock[] {
    return this.all().filter((lock) => lock.transaction === transaction);
  }

  all(): Lock[] {
    return [...this.#acquired, ...this.#pending];
  }

  find(id: string): Lock | null {
    return this.all().find((lock) => lock.id === id) ?? null;
  }

  /** Gives back what the transaction asked for on that node, acquired or not. */
  unlock(node: Node, transaction: Transaction): void {
    const asked = this.of(node).filter((lock) => lock.transaction === transaction && !lock.implicit);
    if (asked.length > 0 && node.changes.has(transaction)) {
      const message = `Node #${node.id} is modified by transaction "${transaction.id}" and cannot be unlocked`;
      throw new YtError(yt.generic, message);
    }
    this.#drop(asked);
  }

  dropNode(node: Node): void {
    this.#drop(this.of(node));
  }

  /** What a nested transaction that commits has and waits for becomes its parent's; all else is gone. */
  endTransaction(transaction: Transaction, ending: Ending): void {
    const locks = this.held(transaction);
    const { parent } = transaction;
    const isInherited = (lock: Lock) =>
      lock.mode !== 'snapshot' && !(lock.implicit && this.#isRedundant(lock.node, { ...lock, transaction: parent! }));
    const inherited = ending === 'committed' && parent !== null ? locks.filter(isInherited) : [];
    for (const lock of inherited) lock.transaction = parent!;
    this.#drop(locks.filter((lock) => !inherited.includes(lock)));
    for (const lock of inherited) this.#grant(lock.node);
  }

  #create(node: Node, wanted: Acquired, implicit: boolean, isFree: boolean): Lock {
    const createdAt = this.#now();
    const lock: Lock = {
      id: this.#newGuid(),
      node,
      ...wanted,
      implicit,
      createdAt,
      state: 'pending',
      acquiredAt: null,
    };
    this.#pending.push(lock);
    if (isFree) this.#acquire(lock);
    return lock;
  }

  #conflict(node: Node, wanted: Wanted): YtError | null {
    const acquired = this.#acquired.filter((lock) => lock.node === node);
    return conflictOf(wanted, acquired, pathOf(node));
  }

  #isRedundant(node: Node, { transaction, mode, key }: Wanted): boolean {
    const own = this.#acquired.filter((lock) => lock.node === node && lock.transaction === transaction);
    return own.some((lock) => lock.mode === mode && isSameKey(lock.key, key));
  }

  #acquire(lock: Lock): void {
    lock.state = 'acquired';
    lock.acquiredAt = this.#now();
    this.#pending = this.#pending.filter((other) => other !== lock);
    this.#acquired.push(lock);
  }

  #drop(doomed: readonly Lock[]): void {
    this.#acquired = this.#acquired.filter((lock) => !doomed.includes(lock));
    this.#pending = this.#pending.filter((lock) => !doomed.includes(lock));
    for (const node of new Set(doomed.map((lock) => lock.node))) this.#grant(node);
  }

  /** Acquires what can be, in the order of the line; one that cannot holds up nobody behind it. */
  #grant(node: Node): void {
    for (const lock of this.#pending.filter((pending) => pending.node === node)) {
      if (this.#conflict(node, lock) === null) this.#acquire(lock);
    }
  }
}
