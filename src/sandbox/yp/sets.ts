/** An endpoint in YP.SD's own words; what is left out has proto's default value. */
export interface YpEndpoint {
  readonly id: string;
  readonly fqdn: string;
  readonly protocol?: string;
  readonly ip4_address?: string;
  readonly ip6_address?: string;
  readonly port?: number;
  readonly ready?: boolean;
}

/** What one replica knows of one endpoint set. */
export interface YpSet {
  readonly endpoints: readonly YpEndpoint[];
  /** `OK`, `EMPTY`, `NOT_EXISTS`, `NOT_CHANGED`, or a word that nobody knows; null leaves the field out. */
  readonly status: string | null;
  /** The generation, 64 bits wide: a number or bigint is sent as bare digits, a string in quotes; null leaves it out. */
  readonly timestamp: number | bigint | string | null;
}

export interface SetOptions {
  /** `OK`, or `EMPTY` without endpoints, when it is not given. */
  readonly status?: string | null;
  /** Newer than all before it when it is not given. */
  readonly timestamp?: YpSet['timestamp'];
  /** The only replica that hears of it; the others stay with what they had. */
  readonly replica?: string;
}

/** The endpoint sets as each replica of the service knows them. */
export class Sets {
  readonly #replicas: readonly string[];
  readonly #known = new Map<string, YpSet>();
  #turn = 0;
  // Like real generations these do not fit a JavaScript number, and those of a later server are newer.
  #timestamp = BigInt(Date.now()) * 1_000_000n;

  constructor(replicas: readonly string[]) {
    this.#replicas = replicas;
  }

  set(cluster: string, setId: string, endpoints: readonly YpEndpoint[], options: SetOptions): void {
    const status = options.status === undefined ? (endpoints.length > 0 ? 'OK' : 'EMPTY') : options.status;
    const timestamp = options.timestamp === undefined ? this.#newer() : options.timestamp;
    if (options.replica !== undefined && !this.#replicas.includes(options.replica)) {
      throw new Error(`no replica ${options.replica}; there are ${this.#replicas.join(', ')}`);
    }
    const notice = options.replica === undefined ? this.#replicas : [options.replica];
    for (const replica of notice) this.#known.set(key(replica, cluster, setId), { endpoints, status, timestamp });
  }

  /** The replica whose turn it is. */
  nextReplica(): string {
    const replica = this.#replicas[this.#turn % this.#replicas.length]!;
    this.#turn += 1;
    return replica;
  }

  /** What that replica says; a set that it never heard of does not exist. */
  get(replica: string, cluster: string, setId: string): YpSet {
    const known = this.#known.get(key(replica, cluster, setId));
    return known ?? { endpoints: [], status: 'NOT_EXISTS', timestamp: this.#timestamp };
  }

  #newer(): bigint {
    this.#timestamp += 1n;
    return this.#timestamp;
  }
}

function key(replica: string, cluster: string, setId: string): string {
  return JSON.stringify([replica, cluster, setId]);
}
