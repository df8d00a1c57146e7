import { monotonicClock, type SandboxClock } from '../../http/clock.ts';
import { type NewGuid, newGuid } from './guid.ts';
import { Locks } from './locks.ts';
import { Mutations } from './mutations.ts';
import { Transactions } from './transactions.ts';
import { Tree } from './tree.ts';

export interface ClusterOptions {
  readonly clock?: SandboxClock;
  /** By chance unless it is said. */
  readonly newGuid?: NewGuid;
  /** What its wall clock shows at first; the true time unless it is said. */
  readonly bornAtMs?: number;
}

/** The state behind one or more proxies. It lives as long as it is wanted, whatever becomes of a proxy. */
export class Cluster {
  readonly clock: SandboxClock;
  readonly tree: Tree;
  readonly locks: Locks;
  readonly transactions: Transactions;
  readonly mutations: Mutations;
  readonly #bornAtMs: number;
  readonly #bornAt: number;

  constructor({ clock = monotonicClock, newGuid: guid = newGuid, bornAtMs = Date.now() }: ClusterOptions = {}) {
    this.#bornAt = bornAtMs;
    this.clock = clock;
    this.#bornAtMs = clock.now();
    this.mutations = new Mutations(clock);
    this.tree = new Tree(() => this.wallTime(), guid);
    this.locks = new Locks(() => this.wallTime(), guid);
    this.transactions = new Transactions(clock, guid, (transaction, ending) => {
      this.tree.endTransaction(transaction, ending === 'committed');
      this.locks.endTransaction(transaction, ending);
    });
  }

  /** The wall clock of the cluster, which goes with its monotonic clock. */
  wallTime(): Date {
    return new Date(this.#bornAt + this.clock.now() - this.#bornAtMs);
  }
}
