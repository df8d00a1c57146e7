import type { SandboxClock } from '../http/clock.ts';
import type { Answer } from '../http/deliver.ts';
import { type Fields, fieldsIn, integerOf, withoutZeros } from './fields.ts';
import { deleteRange, put, range, txn } from './keys.ts';
import { answerOfStatus, authOff, EtcdStatus } from './status.ts';
import { Store } from './store.ts';
import { type Stream, watch } from './watches.ts';

export interface EtcdOptions {
  readonly clock: SandboxClock;
  /** How long after its promise it may still keep a lease; not at all by default. */
  readonly lateMs?: () => number;
}

/** What an etcd of one member, without users, has of keys, leases and watches, as its JSON gateway answers. */
export class Etcd {
  readonly store: Store;

  constructor({ clock, lateMs = () => 0 }: EtcdOptions) {
    this.store = new Store(clock, lateMs);
  }

  /** Answers a POST to a path such as `/v3/kv/txn`. */
  answer(path: string, body: Buffer): Answer | Stream {
    try {
      const name = path.replace(/^\/v3\//, '');
      if (name === 'watch') return watch(this.store, fieldsIn(body), () => this.#header());
      if (name === path || !Object.hasOwn(CALLS, name)) return plain(404, 'Not Found\n');
      const { run, isStream = false } = CALLS[name]!;
      const found = run(this.store, fieldsIn(body));
      const whole = { header: this.#header(), ...found };
      return json(isStream ? { result: whole } : whole, isStream ? '\n' : '');
    } catch (error) {
      if (error instanceof EtcdStatus) return answerOfStatus(error);
      throw error;
    }
  }

  /** A new leader keeps every lease for its whole time again. */
  restart(): void {
    const { leases } = this.store;
    for (const lease of leases.all()) leases.renew(lease);
  }

  #header(): object {
    return { ...IDS, revision: String(this.store.revision), raft_term: '2' };
  }
}

const IDS = { cluster_id: '2572849836766647556', member_id: '3704289084508602062' };

interface Call {
  readonly run: (store: Store, asked: Fields) => object;
  /** Its answer is a line of a stream. */
  readonly isStream?: true;
}

const CALLS: Readonly<Record<string, Call>> = {
  'kv/range': { run: range },
  'kv/put': { run: (store, asked) => store.write((batch) => put(batch, asked)) },
  'kv/deleterange': { run: (store, asked) => store.write((batch) => deleteRange(batch, asked)) },
  'kv/txn': { run: txn },
  'lease/grant': {
    run({ leases }, asked) {
      const { id, seconds } = leases.grant(integerOf(asked, 'ID'), Number(integerOf(asked, 'TTL')));
      return { ID: String(id), TTL: String(seconds) };
    },
  },
  // A lease that is not there is no error: it has no TTL.
  'lease/keepalive': {
    run({ leases }, asked) {
      const id = integerOf(asked, 'ID');
      const lease = leases.get(id);
      if (lease !== undefined) leases.renew(lease);
      return withoutZeros({ ID: String(id), TTL: lease && String(lease.seconds) });
    },
    isStream: true,
  },
  'lease/revoke': {
    run({ leases }, asked) {
      leases.revoke(integerOf(asked, 'ID'));
      return {};
    },
  },
  'auth/authenticate': {
    run() {
      throw authOff();
    },
  },
};

export function json(body: object, end = ''): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}${end}` };
}

export function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
