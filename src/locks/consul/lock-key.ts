import type { Consul, Limits } from '../../consul/client.ts';
import { ConsulProblem } from '../../consul/problem.ts';
import { jsonOf } from '../../consul/reply.ts';
import { LOCK_FLAGS, type Seen, seenIn } from './entry.ts';

/** The key that is locked, each question one request. They reject as `Consul.send` does. */
export interface LockKey {
  /** Rejects with `refused` for a key that something else than a lock uses. */
  look(limits: Limits): Promise<Seen>;
  /** The same once it has changed since, or at the end of `waitMs`. */
  lookAfter(index: string, waitMs: number, signal: AbortSignal): Promise<Seen>;
  /** False: another session has it, or nobody gets it for a while (lock-delay). Rejects with `gone` where ours has ended. */
  acquire(session: string, value: string, limits: Limits): Promise<boolean>;
  /** Empties the key too. One that is not ours is left alone. */
  release(session: string, limits: Limits): Promise<void>;
}

interface LockKeyOptions {
  readonly consul: Consul;
  readonly key: string;
  /** Null: the agent's own. */
  readonly datacenter: string | null;
}

/** Consul may answer later than it was asked to, by a sixteenth, and the answer has its way to go. */
const SLACK_MS = 3_000;

export function createLockKey({ consul, key, datacenter: dc }: LockKeyOptions): LockKey {
  const path = `kv/${key.split('/').map(encodeURIComponent).join('/')}`;

  async function read(query: Readonly<Record<string, string | true>>, limits: Limits): Promise<Seen> {
    const seen = seenIn(await consul.send({ method: 'GET', path, query: { dc, ...query } }, limits));
    const { flags = '0' } = seen.entry ?? {};
    // A plain write by hand leaves none; it takes the lock from nobody.
    if (flags === LOCK_FLAGS || flags === '0') return seen;
    throw new ConsulProblem(
      'refused',
      `consul: the key ${key} is used by something else than a lock (flags ${flags}): give another lock_name`,
    );
  }

  async function write(query: Readonly<Record<string, string>>, text: string, limits: Limits): Promise<boolean> {
    const request = { method: 'PUT', path, query: { dc, flags: LOCK_FLAGS, ...query }, text } as const;
    const reply = await consul.send(request, limits);
    const done = jsonOf(reply);
    if (typeof done === 'boolean') return done;
    throw new ConsulProblem('unreadable', `${reply.about}: an answer that is neither true nor false`, true);
  }

  return {
    // Only so does an old leader that was cut off from the others not answer.
    look: (limits) => read({ consistent: true }, limits),
    lookAfter: (index, waitMs, signal) =>
      read({ index, wait: `${waitMs}ms` }, { deadlineMs: Math.ceil(waitMs * (17 / 16)) + SLACK_MS, signal }),
    acquire: (session, value, limits) => write({ acquire: session }, value, limits),
    async release(session, limits) {
      await write({ release: session }, '', limits);
    },
  };
}
