import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../http/clock.ts';
import type { Raft } from './raft.ts';

/** What `/v1/session/create` is asked for, with Consul's defaults filled in. */
export interface SessionRequest {
  readonly name: string;
  readonly node: string;
  readonly lockDelayMs: number;
  readonly behavior: 'release' | 'delete';
  /** As it was written; empty: it never ends by itself. */
  readonly ttl: string;
  readonly ttlMs: number;
  readonly nodeChecks: readonly string[];
}

export interface Session extends SessionRequest {
  readonly id: string;
  readonly createIndex: number;
}

/** The server's timer runs for twice the TTL: the TTL is only the least. */
const TTL_FACTOR = 2;

/** The sessions of a datacenter, which end by themselves when nobody renews them. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly session: Session; timer: unknown }>();
  readonly #raft: Raft;
  readonly #clock: SandboxClock;
  readonly #onEnd: (session: Session) => void;

  constructor(raft: Raft, clock: SandboxClock, onEnd: (session: Session) => void) {
    this.#raft = raft;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  create(request: SessionRequest): Session {
    const session = { ...request, id: randomUUID(), createIndex: this.#raft.next() };
    this.#sessions.set(session.id, { session, timer: null });
    this.renew(session.id);
    return session;
  }

  get(id: string): Session | null {
    return this.#sessions.get(id)?.session ?? null;
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()].map(({ session }) => session);
  }

  renew(id: string): Session | null {
    const found = this.#sessions.get(id);
    if (found === undefined) return null;
    this.#clock.clearTimeout(found.timer);
    const { ttlMs } = found.session;
    if (ttlMs > 0) found.timer = this.#clock.setTimeout(() => this.destroy(id), ttlMs * TTL_FACTOR);
    return found.session;
  }

  destroy(id: string): void {
    const found = this.#sessions.get(id);
    if (found === undefined) return;
    this.#clock.clearTimeout(found.timer);
    this.#sessions.delete(id);
    this.#onEnd(found.session);
  }
}
