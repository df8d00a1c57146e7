import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../http/clock.ts';
import { invalid, leaseExists, noLease } from './status.ts';

export interface Lease {
  readonly id: bigint;
  readonly seconds: number;
  /** Until then etcd has promised to keep it. */
  untilMs: number;
  timer: unknown;
}

export interface LeaseRules {
  readonly clock: SandboxClock;
  /** How long after its promise etcd may still keep a lease. */
  readonly lateMs: () => number;
  readonly onEnd: (id: bigint) => void;
}

/** An etcd with the usual election timeout of one second keeps no lease for less. */
const SECONDS_MIN = 2;
const SECONDS_MAX = 9_000_000_000;

/** Leases, which end by themselves when nobody keeps them alive: late, never early. */
export class Leases {
  readonly #leases = new Map<bigint, Lease>();
  readonly #rules: LeaseRules;

  constructor(rules: LeaseRules) {
    this.#rules = rules;
  }

  /** Id 0 takes any that is free. */
  grant(asked: bigint, seconds: number): Lease {
    if (seconds > SECONDS_MAX) throw invalid('etcdserver: too large lease TTL');
    const id = asked === 0n ? BigInt.asUintN(62, randomBytes(8).readBigUInt64BE()) : asked;
    if (this.#leases.has(id)) throw leaseExists();
    const lease = { id, seconds: Math.max(SECONDS_MIN, seconds), untilMs: 0, timer: null };
    this.#leases.set(id, lease);
    this.renew(lease);
    return lease;
  }

  get(id: bigint): Lease | undefined {
    return this.#leases.get(id);
  }

  all(): readonly Lease[] {
    return [...this.#leases.values()];
  }

  renew(lease: Lease): void {
    this.keep(lease, lease.seconds * 1_000);
  }

  /** Lets a lease end so much later than now. */
  keep(lease: Lease, ms: number): void {
    const { clock, lateMs } = this.#rules;
    clock.clearTimeout(lease.timer);
    lease.untilMs = clock.now() + ms;
    lease.timer = clock.setTimeout(() => this.revoke(lease.id), ms + lateMs());
  }

  revoke(id: bigint): void {
    this.check(id);
    this.#rules.clock.clearTimeout(this.#leases.get(id)!.timer);
    this.#leases.delete(id);
    this.#rules.onEnd(id);
  }

  /** Throws for a lease that is not there. */
  check(id: bigint): void {
    if (!this.#leases.has(id)) throw noLease();
  }
}
