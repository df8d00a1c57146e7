import type { SandboxClock } from '../../../src/sandbox/http/clock.ts';

export interface Lease {
  readonly id: string;
  readonly seconds: number;
  /** Until then etcd has promised to keep it. */
  untilMs: number;
  timer: unknown;
}

export interface LeaseRules {
  readonly clock: SandboxClock;
  /** How long after its promise etcd may still keep a lease. */
  readonly lateMs: () => number;
  readonly onEnd: (id: string) => void;
}

/** What the election timeout of a cluster leaves of a shorter lease. */
const SHORTEST_SECONDS = 2;

/** The leases of one etcd: ended late, never early. */
export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #rules: LeaseRules;

  constructor(rules: LeaseRules) {
    this.#rules = rules;
  }

  grant(id: string, seconds: number): Lease {
    const lease = { id, seconds: Math.max(SHORTEST_SECONDS, seconds), untilMs: 0, timer: null };
    this.#leases.set(id, lease);
    this.keep(lease, lease.seconds * 1_000);
    return lease;
  }

  get(id: string): Lease | undefined {
    return this.#leases.get(id);
  }

  all(): readonly Lease[] {
    return [...this.#leases.values()];
  }

  renew(lease: Lease): void {
    this.keep(lease, lease.seconds * 1_000);
  }

  keep(lease: Lease, ms: number): void {
    const { clock, lateMs } = this.#rules;
    clock.clearTimeout(lease.timer);
    lease.untilMs = clock.now() + ms;
    lease.timer = clock.setTimeout(() => this.end(lease.id), ms + lateMs());
  }

  end(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#rules.clock.clearTimeout(lease.timer);
    this.#leases.delete(id);
    this.#rules.onEnd(id);
  }
}
