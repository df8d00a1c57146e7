import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../http/clock.ts';
import { invalid, leaseExists, noLease } from './status.ts';

interface Lease {
  readonly seconds: bigint;
  timer: unknown;
}

/** An etcd with the usual election timeout of one second keeps no lease for less. */
const SECONDS_MIN = 2n;
const SECONDS_MAX = 9_000_000_000n;

/** Leases, which end by themselves when nobody keeps them alive. */
export class Leases {
  readonly #leases = new Map<bigint, Lease>();
  readonly #clock: SandboxClock;
  readonly #onEnd: (id: bigint) => void;

  constructor(clock: SandboxClock, onEnd: (id: bigint) => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** Id 0 takes any that is free. */
  grant(asked: bigint, seconds: bigint): { readonly id: bigint; readonly seconds: bigint } {
    if (seconds > SECONDS_MAX) throw invalid('etcdserver: too large lease TTL');
    const id = asked === 0n ? BigInt.asUintN(62, randomBytes(8).readBigUInt64BE()) : asked;
    if (this.#leases.has(id)) throw leaseExists();
    const lease = { seconds: seconds < SECONDS_MIN ? SECONDS_MIN : seconds, timer: null };
    this.#leases.set(id, lease);
    this.#start(id, lease);
    return { id, seconds: lease.seconds };
  }

  /** Null for a lease that is not there, which is no error. */
  keepAlive(id: bigint): bigint | null {
    const lease = this.#leases.get(id);
    if (lease === undefined) return null;
    this.#clock.clearTimeout(lease.timer);
    this.#start(id, lease);
    return lease.seconds;
  }

  revoke(id: bigint): void {
    this.check(id);
    this.#clock.clearTimeout(this.#leases.get(id)!.timer);
    this.#leases.delete(id);
    this.#onEnd(id);
  }

  /** Throws for a lease that is not there. */
  check(id: bigint): void {
    if (!this.#leases.has(id)) throw noLease();
  }

  #start(id: bigint, lease: Lease): void {
    lease.timer = this.#clock.setTimeout(() => this.revoke(id), Number(lease.seconds) * 1_000);
  }
}
