import type { SandboxClock } from '../http/clock.ts';
import { Leases } from './leases.ts';

/** One key; bytes are a character each. */
export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  readonly version: bigint;
  /** 0: none. */
  readonly lease: bigint;
}

export interface Change {
  readonly type: 'PUT' | 'DELETE';
  readonly pair: Pair;
}

/** All keys of an etcd of one member, with every change since it began. */
export class Store {
  readonly leases: Leases;
  revision = 1n;
  readonly #pairs = new Map<string, Pair>();
  readonly #history: Change[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(clock: SandboxClock, lateMs: () => number) {
    const onEnd = (id: bigint) => this.write((batch) => batch.removeAll((pair) => pair.lease === id));
    this.leases = new Leases({ clock, lateMs, onEnd });
  }

  /** The keys from `key` to `end`, in their order; one alone where the end is empty. */
  range(key: string, end: string): readonly Pair[] {
    if (end === '') return [this.#pairs.get(key)].filter((pair) => pair !== undefined);
    const isInside = (pair: Pair) => pair.key >= key && (end === '\0' || pair.key < end);
    return [...this.#pairs.values()].filter(isInside).sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** Does several things at one revision, which is a new one where anything is changed. */
  write<Result>(change: (batch: Batch) => Result): Result {
    const batch = new Batch(this, this.#pairs, this.revision + 1n);
    const result = change(batch);
    if (batch.changes.length === 0) return result;
    this.revision += 1n;
    this.#history.push(...batch.changes);
    for (const listener of [...this.#listeners]) listener();
    return result;
  }

  /** What changed from a revision on. */
  changesSince(revision: bigint): readonly Change[] {
    return this.#history.filter(({ pair }) => pair.modRevision >= revision);
  }

  /** Answers how to listen no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The changes of one revision. */
export class Batch {
  readonly changes: Change[] = [];
  readonly #store: Store;
  readonly #pairs: Map<string, Pair>;
  readonly #next: bigint;

  constructor(store: Store, pairs: Map<string, Pair>, next: bigint) {
    this.#store = store;
    this.#pairs = pairs;
    this.#next = next;
  }

  get revision(): bigint {
    return this.changes.length === 0 ? this.#next - 1n : this.#next;
  }

  put(key: string, value: string, lease: bigint): void {
    if (lease !== 0n) this.#store.leases.check(lease);
    const known = this.#pairs.get(key);
    const pair = {
      key,
      value,
      createRevision: known?.createRevision ?? this.#next,
      modRevision: this.#next,
      version: (known?.version ?? 0n) + 1n,
      lease,
    };
    this.#pairs.set(key, pair);
    this.changes.push({ type: 'PUT', pair });
  }

  /** Answers how many there were. */
  remove(key: string, end: string): number {
    const found = this.#store.range(key, end);
    for (const { key: own } of found) this.#delete(own);
    return found.length;
  }

  removeAll(isMeant: (pair: Pair) => boolean): void {
    for (const pair of [...this.#pairs.values()].filter(isMeant)) this.#delete(pair.key);
  }

  #delete(key: string): void {
    this.#pairs.delete(key);
    const pair = { key, value: '', createRevision: 0n, modRevision: this.#next, version: 0n, lease: 0n };
    this.changes.push({ type: 'DELETE', pair });
  }
}
