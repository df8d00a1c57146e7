import type { ServerResponse } from 'node:http';
import { Faults } from '../faults.ts';
import { monotonicClock, type SandboxClock } from '../http/clock.ts';
import { type Answer, deliver } from '../http/deliver.ts';
import { type Listening, listen, type Received } from '../http/listen.ts';
import { type Fields, fieldsIn, integerOf, withoutZeros } from './fields.ts';
import { deleteRange, put, range, txn } from './keys.ts';
import { answerOfStatus, authOff, EtcdStatus } from './status.ts';
import { Store } from './store.ts';
import { serveWatch } from './watches.ts';

export interface EtcdServerOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Ends the leases; the process's own by default. */
  readonly clock?: SandboxClock;
  /** Shares what is kept with a server that was closed. */
  readonly store?: Store;
}

export interface EtcdServer extends Listening {
  /** By path behind `/v3/`, such as `kv/txn`, or `*`. */
  readonly faults: Faults;
  readonly store: Store;
}

const VERSION = { etcdserver: '3.4.23', etcdcluster: '3.4.0' };

/** Starts an etcd of one member, without users: what its JSON gateway has of keys, leases and watches. */
export async function startEtcdServer(options: EtcdServerOptions = {}): Promise<EtcdServer> {
  const clock = options.clock ?? monotonicClock;
  const store = options.store ?? new Store(clock);
  const faults = new Faults();
  const header = () => ({ ...HEADER, revision: String(store.revision), raft_term: '2' });

  async function handle(received: Received, response: ServerResponse): Promise<void> {
    const path = received.url.pathname.replace(/^\/v3\//, '');
    const struck = faults.take(['*', path]);
    if (path === 'watch' && received.method === 'POST' && struck.length === 0) {
      return serveWatch({ store, request: fieldsIn(received.body), response, header });
    }
    const apply = () => answered(() => answerTo(received, path));
    const error = ({ message = '' }) => answerOfStatus(new EtcdStatus(503, 14, message));
    await deliver({ response, faults: struck, clock, apply, error });
  }

  function answerTo({ method, url, body }: Received, path: string): Answer {
    if (url.pathname === '/health') return json({ health: 'true' });
    if (url.pathname === '/version') return json(VERSION);
    if (!Object.hasOwn(CALLS, path) || !url.pathname.startsWith('/v3/')) return plain(404, 'Not Found\n');
    if (method !== 'POST') return plain(405, 'Method Not Allowed\n');
    const call = CALLS[path]!;
    const answer = call.run(store, fieldsIn(body));
    const whole = { header: header(), ...answer };
    return json(call.isStream === true ? { result: whole } : whole, call.isStream === true ? '\n' : '');
  }

  const listening = await listen(options.host ?? '127.0.0.1', options.port ?? 0, handle);
  return {
    ...listening,
    faults,
    store,
    async close() {
      faults.clear();
      await listening.close();
    },
  };
}

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
    run(store, asked) {
      const { id, seconds } = store.leases.grant(integerOf(asked, 'ID'), integerOf(asked, 'TTL'));
      return { ID: String(id), TTL: String(seconds) };
    },
  },
  'lease/keepalive': {
    run(store, asked) {
      const id = integerOf(asked, 'ID');
      return withoutZeros({ ID: String(id), TTL: String(store.leases.keepAlive(id) ?? 0n) });
    },
    isStream: true,
  },
  'lease/revoke': {
    run(store, asked) {
      store.leases.revoke(integerOf(asked, 'ID'));
      return {};
    },
  },
  'auth/authenticate': {
    run() {
      throw authOff();
    },
  },
};

const HEADER = { cluster_id: '2572849836766647556', member_id: '3704289084508602062' };

function json(body: object, end = ''): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}${end}` };
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function answered(make: () => Answer): Answer {
  try {
    return make();
  } catch (error) {
    if (error instanceof EtcdStatus) return answerOfStatus(error);
    throw error;
  }
}
