import type { Consul, Limits } from '../../consul/client.ts';
import { ConsulProblem } from '../../consul/problem.ts';
import { jsonOf } from '../../consul/reply.ts';
import { LOCK_FLAGS, type Seen, seenIn } from './entry.ts';

/** The key that is locked, each question one request. They reject as `Consul.send` does. */
export interface LockKey {
  /** Rejects with `refused` for a key that something else than a lock uses. */
  look(limits: Limits): Promise<Seen>;
  /** The session that has it, whatever it is used for by now; undefined where there is no such key. */
  holder(limits: Limits): Promise<string | null | undefined>;
  /** As `look`, once it has changed since, or at the end of `waitMs`. */
  lookAfter(index: string, waitMs: number, signal: AbortSignal): Promise<Seen>;
  /** False: another session has it, or nobody gets it for a while (lock-delay). Rejects with `gone` where ours has ended. */
  acquire(session: string, value: string, limits: Limits): Promise<boolean>;
  /** Empties the key too. False: this session does not have it, and it is left alone. */
  release(session: string, limits: Limits): Promise<boolean>;
}

interface LockKeyOptions {
  readonly consul: Consul;
  readonly key: string;
  /** Null: the agent's own. */
  readonly datacenter: string | null;
}

/** Consul may answer later than it was asked to, by a sixteenth, and the answer has its way to go. */
const SLACK_MS = 3_000;

/** Only so does an old leader that was cut off from the others not answer. */
const NOW = { consistent: true } as const;

export function createLockKey({ consul, key, datacenter: dc }: LockKeyOptions): LockKey {
  const path = `kv/${key.split('/').map(encodeURIComponent).join('/')}`;

  async function read(query: Readonly<Record<string, string | true>>, limits: Limits): Promise<Seen> {
    return seenIn(await consul.send({ method: 'GET', path, query: { dc, ...query } }, limits));
  }

  async function write(query: Readonly<Record<string, string>>, text: string, limits: Limits): Promise<boolean> {
    const request = { method: 'PUT', path, query: { dc, flags: LOCK_FLAGS, ...query }, text } as const;
    const reply = await consul.send(request, limits);
    const done = jsonOf(reply);
    if (typeof done === 'boolean') return done;
    throw new ConsulProblem('unreadable', `${reply.about}: an answer that is neither true nor false`, true);
  }

  return {
    look: async (limits) => checked(await read(NOW, limits)),
    holder: async (limits) => (await read(NOW, limits)).entry?.session,
    async lookAfter(index, waitMs, signal) {
      const deadlineMs = Math.ceil(waitMs * (17 / 16)) + SLACK_MS;
      return checked(await read({ index, wait: `${waitMs}ms` }, { deadlineMs, signal }));
    },
    acquire: (session, value, limits) => write({ acquire: session }, value, limits),
    release: (session, limits) => write({ release: session }, '', limits),
  };
}

/** A plain write to a key that a session holds takes away its flags, and the lock from nobody. */
function checked(seen: Seen): Seen {
  const { key = '', flags = LOCK_FLAGS, session = null } = seen.entry ?? {};
  if (flags === LOCK_FLAGS || (flags === '0' && session !== null)) return seen;
  throw new ConsulProblem(
    'refused',
    `consul: the key ${key} is used by something else than a lock (flags ${flags}), and left alone: give another ` +
      `lock_name, or remove it (consul kv delete ${key})`,
  );
}
