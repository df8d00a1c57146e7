import type { SandboxClock } from '../../http/clock.ts';
import type { Raft } from './raft.ts';
import type { Session } from './sessions.ts';

/** One key of the key-value store. */
export interface Entry {
  readonly key: string;
  readonly value: Buffer;
  /** An unsigned number of 64 bits. */
  readonly flags: bigint;
  /** Who holds it; empty: nobody. */
  readonly session: string;
  readonly lockIndex: number;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

type Written = Pick<Entry, 'value' | 'flags'>;

/** The key-value store of a datacenter, with its locks. */
export class Keys {
  readonly #entries = new Map<string, Entry>();
  readonly #delayedUntil = new Map<string, number>();
  readonly #raft: Raft;
  readonly #clock: SandboxClock;
  /** Of the last change, removals included. */
  #index = 1;

  constructor(raft: Raft, clock: SandboxClock) {
    this.#raft = raft;
    this.#clock = clock;
  }

  get(key: string): Entry | null {
    return this.#entries.get(key) ?? null;
  }

  below(prefix: string): readonly Entry[] {
    return [...this.#entries.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** What `X-Consul-Index` says of one key, or of all below a prefix. */
  indexOf(key: string): number {
    return this.get(key)?.modifyIndex ?? this.#index;
  }

  indexBelow(prefix: string): number {
    const found = this.below(prefix);
    return found.length === 0 ? this.#index : Math.max(...found.map(({ modifyIndex }) => modifyIndex));
  }

  /** A plain write takes no key from its holder, and sets its lock index to 0. */
  put(key: string, written: Written): void {
    this.#write(key, { ...written, session: this.get(key)?.session ?? '', lockIndex: 0 });
  }

  putIf(key: string, index: number, written: Written): boolean {
    if ((this.get(key)?.modifyIndex ?? 0) !== index) return false;
    this.put(key, written);
    return true;
  }

  acquire(key: string, session: Session, written: Written): boolean {
    const found = this.get(key);
    if ((this.#delayedUntil.get(key) ?? 0) > this.#clock.now()) return false;
    if (found !== null && found.session !== '' && found.session !== session.id) return false;
    const lockIndex = found?.session === session.id ? found.lockIndex : (found?.lockIndex ?? 0) + 1;
    this.#write(key, { ...written, session: session.id, lockIndex });
    return true;
  }

  /** Writes as well: an empty body leaves an empty value. */
  release(key: string, session: string, written: Written): boolean {
    const found = this.get(key);
    if (found === null || found.session !== session) return false;
    this.#write(key, { ...written, session: '', lockIndex: found.lockIndex });
    return true;
  }

  remove(key: string): void {
    if (this.#entries.delete(key)) this.#index = this.#raft.next();
  }

  /** What a session held is free again, and for a while nobody gets it. */
  freeAllOf({ id, lockDelayMs, behavior }: Session): void {
    for (const entry of this.below('').filter(({ session }) => session === id)) {
      if (lockDelayMs > 0) this.#delayedUntil.set(entry.key, this.#clock.now() + lockDelayMs);
      if (behavior === 'delete') this.remove(entry.key);
      else this.#write(entry.key, { ...entry, session: '' });
    }
  }

  #write(key: string, entry: Omit<Entry, 'key' | 'createIndex' | 'modifyIndex'>): void {
    const index = this.#raft.next();
    const { value, flags, session, lockIndex } = entry;
    const createIndex = this.get(key)?.createIndex ?? index;
    this.#entries.set(key, { key, value, flags, session, lockIndex, createIndex, modifyIndex: index });
    this.#index = index;
  }
}
