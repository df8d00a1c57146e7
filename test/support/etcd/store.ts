/** One key, as etcd keeps it. */
export interface Entry {
  readonly key: string;
  /** In base64, as it came. */
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** `0`: none. */
  readonly lease: string;
}

export interface Removal {
  readonly key: string;
  readonly revision: number;
}

/** What a range asks for. */
export interface Range {
  readonly from: string;
  /** Null: the one key. */
  readonly end: string | null;
  readonly maxCreateRevision: number;
  readonly isDescending: boolean;
  readonly limit: number;
}

/** The keys of one etcd, by revision. Only removals are remembered, for whoever watches. */
export class Store {
  revision = 1;
  readonly #entries = new Map<string, Entry>();
  readonly #removals: Removal[] = [];
  readonly #watching = new Set<(removal: Removal) => void>();

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** By the revision that made them, when that is asked for. */
  range({ from, end, maxCreateRevision, isDescending, limit }: Range): {
    readonly found: readonly Entry[];
    readonly count: number;
  } {
    const isWithin = ({ key }: Entry) => (end === null ? key === from : key >= from && key < end);
    const all = [...this.#entries.values()].filter(isWithin);
    const made = all.filter(({ createRevision }) => maxCreateRevision === 0 || createRevision <= maxCreateRevision);
    const sorted = made.sort((one, other) => one.createRevision - other.createRevision);
    const ordered = isDescending ? sorted.reverse() : sorted;
    return { found: limit === 0 ? ordered : ordered.slice(0, limit), count: all.length };
  }

  /** Writes a key at a revision that the caller has begun. */
  put(key: string, value: string, lease: string): void {
    const { revision } = this;
    const { createRevision = revision, version = 0 } = this.get(key) ?? {};
    this.#entries.set(key, { key, value, createRevision, modRevision: revision, version: version + 1, lease });
  }

  /** Removes keys at a revision that the caller has begun. */
  remove(keys: readonly string[]): void {
    for (const key of keys) {
      if (!this.#entries.delete(key)) continue;
      const removal = { key, revision: this.revision };
      this.#removals.push(removal);
      for (const tell of [...this.#watching]) tell(removal);
    }
  }

  keysOf(lease: string): readonly string[] {
    return [...this.#entries.values()].filter((entry) => entry.lease === lease).map(({ key }) => key);
  }

  /** Tells of each removal of a key from a revision on, until the returned function is called. */
  watch(key: string, fromRevision: number, tell: (removal: Removal) => void): () => void {
    const hear = (removal: Removal) => {
      if (removal.key === key && removal.revision >= fromRevision) tell(removal);
    };
    this.#watching.add(hear);
    for (const removal of this.#removals) hear(removal);
    return () => void this.#watching.delete(hear);
  }
}
