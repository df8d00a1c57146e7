import { monotonicClock, type SandboxClock } from '../../http/clock.ts';
import { Locks } from './locks.ts';
import { Mutations } from './mutations.ts';
import { Transactions } from './transactions.ts';
import { Tree } from './tree.ts';

/** The state behind one or more proxies. It lives as long as it is wanted, whatever becomes of a proxy. */
export class Cluster {
  readonly clock: SandboxClock;
  readonly tree: Tree;
  readonly locks: Locks;
  readonly transactions: Transactions;
  readonly mutations: Mutations;
  readonly #bornAtMs: number;
  readonly #bornAt = Date.now();

  constructor(clock: SandboxClock = monotonicClock) {
    this.clock = clock;
    this.#bornAtMs = clock.now();
    this.mutations = new Mutations(clock);
    this.tree = new Tree(() => this.wallTime());
    this.locks = new Locks(() => this.wallTime());
    this.transactions = new Transactions(clock, (transaction, ending) => {
      this.tree.endTransaction(transaction, ending === 'committed');
      this.locks.endTransaction(transaction, ending);
    });
  }

  /** The wall clock of the cluster, which goes with its monotonic clock. */
  wallTime(): Date {
    return new Date(this.#bornAt + this.clock.now() - this.#bornAtMs);
  }
}
