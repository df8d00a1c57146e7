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

interface Living {
  readonly session: Session;
  timer: unknown;
  /** The TTL has not passed before. */
  untilMs: number;
}

/** What differs from server to server. */
export interface SessionRules {
  readonly newId: () => string;
  /** How long a session lives that nobody renews; the TTL is only the least. */
  readonly lifeMs: (ttlMs: number) => number;
}

/** The server's timer runs for twice the TTL. */
const USUAL: SessionRules = { newId: randomUUID, lifeMs: (ttlMs) => 2 * ttlMs };

/** The sessions of a datacenter, which end by themselves when nobody renews them. */
export class Sessions {
  readonly #sessions = new Map<string, Living>();
  readonly #raft: Raft;
  readonly #clock: SandboxClock;
  readonly #onEnd: (session: Session) => void;
  readonly #rules: SessionRules;

  constructor(raft: Raft, clock: SandboxClock, onEnd: (session: Session) => void, rules: SessionRules = USUAL) {
    this.#raft = raft;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#rules = rules;
  }

  create(request: SessionRequest): Session {
    const session = { ...request, id: this.#rules.newId(), createIndex: this.#raft.next() };
    this.#sessions.set(session.id, { session, timer: null, untilMs: 0 });
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
    const { ttlMs } = found.session;
    if (ttlMs > 0) this.#keep(found, ttlMs);
    return found.session;
  }

  /** Until when a session was promised to live at least. */
  promisedUntilMs(id: string): number {
    return this.#sessions.get(id)?.untilMs ?? 0;
  }

  /** Keeps a session for longer than anybody was promised. */
  extend(id: string, ms: number): void {
    const found = this.#sessions.get(id);
    if (found !== undefined) this.#keep(found, found.untilMs - this.#clock.now() + ms);
  }

  destroy(id: string): void {
    const found = this.#sessions.get(id);
    if (found === undefined) return;
    this.#clock.clearTimeout(found.timer);
    this.#sessions.delete(id);
    this.#onEnd(found.session);
  }

  #keep(living: Living, ms: number): void {
    this.#clock.clearTimeout(living.timer);
    living.untilMs = this.#clock.now() + ms;
    living.timer = this.#clock.setTimeout(() => this.destroy(living.session.id), this.#rules.lifeMs(ms));
  }
}
