import type { SandboxClock } from '../../http/clock.ts';
import { YtError, yt } from '../errors.ts';
import { instant } from '../instant.ts';
import type { YtMap } from '../values.ts';
import type { NewGuid } from './guid.ts';

export interface Transaction {
  readonly id: string;
  readonly parent: Transaction | null;
  readonly owner: string;
  readonly timeoutMs: number;
  readonly attributes: YtMap;
  readonly startedAt: Date;
  /** The transactions that it must not outlive, beside its parent. */
  readonly prerequisites: readonly Transaction[];
  /** When it ends in spite of all pings, on the server's clock. */
  readonly latestMs: number;
  lastPingAt: Date;
  /** When the lease runs out, on the server's clock. */
  deadlineMs: number;
  timer: unknown;
}

export type Ending = 'committed' | 'aborted';

const timeoutMsDefault = 15_000;
const timeoutMsMax = 3_600_000;

/** The live transactions. Each ends by itself when its timeout has passed since its last ping was processed. */
export class Transactions {
  readonly #clock: SandboxClock;
  readonly #newGuid: NewGuid;
  readonly #onEnd: (transaction: Transaction, ending: Ending) => void;
  readonly #live = new Map<string, Transaction>();

  /** `onEnd` runs once for each transaction that ends, children before their parent. */
  constructor(clock: SandboxClock, newGuid: NewGuid, onEnd: (transaction: Transaction, ending: Ending) => void) {
    this.#clock = clock;
    this.#newGuid = newGuid;
    this.#onEnd = onEnd;
  }

  start(start: {
    timeoutMs: number | null;
    attributes: YtMap;
    parent: Transaction | null;
    owner: string;
    now: Date;
    deadline?: Date | null;
    prerequisites?: readonly Transaction[];
  }): Transaction {
    const transaction: Transaction = {
      id: this.#newGuid(),
      parent: start.parent,
      owner: start.owner,
      timeoutMs: Math.min(start.timeoutMs ?? timeoutMsDefault, timeoutMsMax),
      attributes: start.attributes,
      startedAt: start.now,
      prerequisites: start.prerequisites ?? [],
      latestMs: latestMs(this.#clock, start.deadline ?? null, start.now),
      lastPingAt: start.now,
      deadlineMs: 0,
      timer: null,
    };
    this.#live.set(transaction.id, transaction);
    this.#lease(transaction);
    return transaction;
  }

  ping(transaction: Transaction, now: Date, withAncestors: boolean): void {
    transaction.lastPingAt = now;
    this.#lease(transaction);
    if (withAncestors && transaction.parent !== null) this.ping(transaction.parent, now, true);
  }

  end(transaction: Transaction, ending: Ending): void {
    if (!this.#live.has(transaction.id)) return;
    for (const child of this.#where(({ parent }) => parent === transaction)) this.end(child, 'aborted');
    this.#clock.clearTimeout(transaction.timer);
    this.#live.delete(transaction.id);
    this.#onEnd(transaction, ending);
    const dependents = this.#where(({ prerequisites }) => prerequisites.includes(transaction));
    for (const dependent of dependents) this.end(dependent, 'aborted');
  }

  /** The live transaction of that id; error 11000 when there is none. */
  get(id: string): Transaction {
    const transaction = this.find(id);
    if (transaction === null) throw new YtError(yt.noSuchTransaction, `No such transaction ${id}`);
    return transaction;
  }

  find(id: string): Transaction | null {
    return this.#live.get(id) ?? null;
  }

  all(): Transaction[] {
    return [...this.#live.values()];
  }

  leaseLeftMs(transaction: Transaction): number {
    return transaction.deadlineMs - this.#clock.now();
  }

  /** Ends what has outlived its lease; for the moments when a timer is late. */
  expireOverdue(): void {
    for (const transaction of this.all()) {
      if (this.leaseLeftMs(transaction) <= 0) this.end(transaction, 'aborted');
    }
  }

  /** What a new master leader does: every live transaction gets a full new lease. */
  failover(): void {
    for (const transaction of this.all()) this.#lease(transaction);
  }

  /** Keeps a transaction for longer than anybody was promised. */
  extend(transaction: Transaction, ms: number): void {
    transaction.deadlineMs += ms;
    this.#await(transaction);
  }

  stop(): void {
    for (const { timer } of this.all()) this.#clock.clearTimeout(timer);
  }

  #where(isWanted: (transaction: Transaction) => boolean): Transaction[] {
    return this.all().filter(isWanted);
  }

  #lease(transaction: Transaction): void {
    transaction.deadlineMs = Math.min(this.#clock.now() + transaction.timeoutMs, transaction.latestMs);
    this.#await(transaction);
  }

  #await(transaction: Transaction): void {
    this.#clock.clearTimeout(transaction.timer);
    const leftMs = Math.max(0, this.leaseLeftMs(transaction));
    transaction.timer = this.#clock.setTimeout(() => this.#expire(transaction), leftMs);
  }

  // A timer may fire a fraction of a millisecond early; a lease never ends before its time.
  #expire(transaction: Transaction): void {
    const leftMs = this.leaseLeftMs(transaction);
    if (leftMs <= 0) this.end(transaction, 'aborted');
    else transaction.timer = this.#clock.setTimeout(() => this.#expire(transaction), Math.ceil(leftMs));
  }
}

function latestMs(clock: SandboxClock, deadline: Date | null, now: Date): number {
  return deadline === null ? Number.POSITIVE_INFINITY : clock.now() + deadline.getTime() - now.getTime();
}

/** True when `ancestor` is the transaction itself or one that it is nested in. */
export function isWithin(transaction: Transaction | null, ancestor: Transaction): boolean {
  return transaction !== null && (transaction === ancestor || isWithin(transaction.parent, ancestor));
}

/** How a lock conflict names the transaction that won. */
export function winnerOf(transaction: Transaction): YtMap {
  const { id, owner, timeoutMs, attributes, startedAt } = transaction;
  const title = attributes['title'];
  const parents: YtMap[] = [];
  for (let parent = transaction.parent; parent !== null; parent = parent.parent) parents.push(winnerOf(parent));
  return {
    id,
    start_time: instant(startedAt),
    owner,
    timeout: timeoutMs,
    ...(title === undefined ? {} : { title }),
    parents,
  };
}
