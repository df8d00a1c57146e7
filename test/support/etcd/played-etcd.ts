import type { SandboxClock } from '../../../src/sandbox/http/clock.ts';
import type { Answer } from '../../../src/sandbox/http/deliver.ts';
import { Leases } from './leases.ts';
import { EtcdRefusal, refusal } from './refusal.ts';
import { Store } from './store.ts';
import { textIn, transact } from './transaction.ts';

type Json = Readonly<Record<string, unknown>>;

/** An answer that comes line by line. Gives how to hang up on it. */
export type Stream = (write: (line: string) => void) => () => void;

export interface PlayedEtcdOptions {
  readonly clock: SandboxClock;
  /** How long after its promise it may still keep a lease; not at all by default. */
  readonly lateMs?: () => number;
}

const ids = { cluster_id: '1', member_id: '2', raft_term: '2' };

/** What the JSON gateway of etcd 3.4 answers to whoever wants a lock: leases, transactions, and watches for removals. */
export class PlayedEtcd {
  readonly store = new Store();
  readonly leases: Leases;

  constructor({ clock, lateMs = () => 0 }: PlayedEtcdOptions) {
    this.leases = new Leases({ clock, lateMs, onEnd: (id) => this.#removeAll(this.store.keysOf(id)) });
  }

  answer(path: string, body: Json): Answer | Stream {
    try {
      if (path === '/v3/watch') return this.#watch(body['create_request'] as Json);
      const found = this.#carryOut(path, body);
      return found === null ? unknownPath() : json(200, found);
    } catch (error) {
      if (error instanceof EtcdRefusal) return refused(error);
      throw error;
    }
  }

  /** As an operator does by hand. */
  removeKey(key: string): void {
    this.#removeAll([key]);
  }

  /** A new leader keeps every lease for its whole time again. */
  restart(): void {
    for (const lease of this.leases.all()) this.leases.renew(lease);
  }

  #carryOut(path: string, body: Json): object | null {
    const id = String(body['ID'] ?? '0');
    switch (path) {
      case '/v3/kv/txn': {
        const result = transact(this.store, body, (lease) => this.leases.get(lease) !== undefined);
        return { header: this.#header(), ...result };
      }
      case '/v3/lease/grant': {
        if (this.leases.get(id) !== undefined) throw refusal(412, 9, 'etcdserver: lease already exists');
        const { seconds } = this.leases.grant(id, Number(body['TTL']));
        return { header: this.#header(), ID: id, TTL: String(seconds) };
      }
      case '/v3/lease/keepalive': {
        const lease = this.leases.get(id);
        if (lease !== undefined) this.leases.renew(lease);
        return { result: { header: this.#header(), ID: id, ...(lease && { TTL: String(lease.seconds) }) } };
      }
      case '/v3/lease/revoke':
        if (this.leases.get(id) === undefined) throw refusal(404, 5, 'etcdserver: requested lease not found');
        this.leases.end(id);
        return { header: this.#header() };
      default:
        return null;
    }
  }

  #watch({ key, start_revision: start }: Json): Stream {
    return (write) => {
      const say = (result: object) => write(JSON.stringify({ result: { header: this.#header(), ...result } }));
      say({ created: true });
      return this.store.watch(textIn(key), Number(start), ({ key: gone, revision }) => {
        const kv = { key: Buffer.from(gone, 'utf8').toString('base64'), mod_revision: String(revision) };
        say({ events: [{ type: 'DELETE', kv }] });
      });
    };
  }

  #removeAll(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.store.revision += 1;
    this.store.remove(keys);
  }

  #header(): object {
    return { ...ids, revision: String(this.store.revision) };
  }
}

function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function refused({ status, code, message }: EtcdRefusal): Answer {
  return json(status, { error: message, code, message });
}

function unknownPath(): Answer {
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
}

/** How etcd turns down a user without rights. */
export const DENIED: Answer = refused(refusal(403, 7, 'etcdserver: permission denied'));
