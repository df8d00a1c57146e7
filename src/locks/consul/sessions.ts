import * as v from 'valibot';
import { parseDuration } from '../../config/duration.ts';
import type { Consul, Limits } from '../../consul/client.ts';
import { explainDatacenter } from '../../consul/datacenter.ts';
import { ConsulProblem, isConsul } from '../../consul/problem.ts';
import { objectOf } from '../../json/validate.ts';
import { checked } from './entry.ts';

/** What a lock asks of Consul's sessions, each one request but where it says so. They reject as `Consul.send` does. */
export interface Sessions {
  /** Gives its id. In another datacenter than the agent's, a server of that one is its node, which takes two requests more. */
  create(name: string, limits: Limits): Promise<string>;
  /** Gives how long Consul keeps it at least after each renewal, in milliseconds; rejects with `gone` where it has ended. */
  renew(id: string, limits: Limits): Promise<number>;
  /** For one that holds nothing any more, which ends by itself, too: that Consul did not do it is no failure. */
  destroy(id: string, limits: Limits): Promise<void>;
  /** Whose it is, in words; null where that may not be seen. */
  describe(id: string, limits: Limits): Promise<string | null>;
}

interface SessionsOptions {
  readonly consul: Consul;
  /** Null: the agent's own. */
  readonly datacenter: string | null;
  readonly leaseMs: number;
}

/** Consul takes no longer one. */
const LOCK_DELAY_MAX_MS = 60_000;

export function createSessions({ consul, datacenter: dc, leaseMs }: SessionsOptions): Sessions {
  const query = { dc };

  async function make(name: string, node: string | null, limits: Limits): Promise<string> {
    const text = JSON.stringify({
      Name: name,
      TTL: `${Math.ceil(leaseMs)}ms`,
      // What a holder needs at most to notice that its session was ended, and to stop its refresh.
      LockDelay: `${Math.min(Math.ceil(leaseMs), LOCK_DELAY_MAX_MS)}ms`,
      Behavior: 'release',
      // An agent that is restarted takes no lock away from a run that lives.
      NodeChecks: [],
      ...(node === null ? {} : { Node: node }),
    });
    const reply = await consul.send({ method: 'PUT', path: 'session/create', query, text }, limits);
    return checked(createdSchema, reply).ID;
  }

  async function serverNode(limits: Limits): Promise<string> {
    const reply = await consul.send({ method: 'GET', path: 'catalog/service/consul', query }, limits);
    const [server] = checked(nodesSchema, reply);
    if (server !== undefined) return server.Node;
    throw new ConsulProblem(
      'forbidden',
      `consul: no server of the datacenter ${dc} is to be seen, on which a session could be: the token needs node:read ` +
        'there, and service:read for consul',
    );
  }

  return {
    async create(name, limits) {
      try {
        return await make(name, null, limits);
      } catch (error) {
        if (dc !== null && isConsul(error, 'noNode')) return make(name, await serverNode(limits), limits);
        if (dc !== null && isConsul(error, 'noDatacenter')) throw await explainDatacenter(consul, dc, error, limits);
        if (isConsul(error, 'refused') && /TTL/.test(error.message)) {
          throw new ConsulProblem(
            'refused',
            `${error.message}: set lock_lease to what session_ttl_min of Consul allows`,
          );
        }
        throw error;
      }
    },

    async renew(id, limits) {
      const reply = await consul.send({ method: 'PUT', path: `session/renew/${id}`, query }, limits);
      if (!reply.isFound) throw new ConsulProblem('gone', 'consul: our session has expired, or was ended');
      const session = checked(sessionsSchema, reply).find(({ ID: each }) => each === id);
      if (session === undefined)
        throw new ConsulProblem('unreadable', 'consul: an answer that is not about our session', true);
      return ttlOf(session.TTL);
    },

    async destroy(id, limits) {
      await consul.send({ method: 'PUT', path: `session/destroy/${id}`, query }, limits).catch((error: unknown) => {
        if (!(error instanceof ConsulProblem)) throw error;
      });
    },

    async describe(id, limits) {
      const reply = await consul.send({ method: 'GET', path: `session/info/${encodeURIComponent(id)}`, query }, limits);
      const [session] = checked(sessionsSchema, reply);
      return session === undefined ? null : `${session.Name || `session ${id}`} on node ${session.Node}`;
    },
  };
}

/** Without a TTL the session of a dead run would keep the lock for ever. */
function ttlOf(ttl: string): number {
  const ms = /^[\dhmsµun.]+$/.test(ttl) ? parseDuration(ttl) : 0;
  if (ms > 0) return ms;
  throw new ConsulProblem(
    'refused',
    'consul: it made a session without the TTL that was asked for: something on the way to consul_url changes requests',
  );
}

const createdSchema = objectOf(
  { ID: v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, 'expected an id')) },
  'expected a session',
);

const nodesSchema = v.array(objectOf({ Node: v.string('expected the name of a node') }, 'expected a node'));

const sessionsSchema = v.array(
  objectOf(
    {
      ID: v.string('expected an id'),
      Name: v.nullish(v.string('expected a name'), ''),
      Node: v.nullish(v.string('expected the name of a node'), ''),
      TTL: v.nullish(v.string('expected a duration'), ''),
    },
    'expected an object that describes a session',
  ),
  'expected a list of sessions',
);
