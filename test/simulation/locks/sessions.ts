import { draw } from '../draw.ts';
import type { Freed } from '../facts.ts';
import type { Due } from '../heap.ts';
import type { LockWorld, Owner } from './lock-service.ts';

/** What the server knows of one client: it lives for as long as it is renewed. */
export interface Session {
  readonly id: string;
  readonly owner: Owner;
  readonly ttlMs: number;
  /** Until then the server has promised to keep it. */
  untilMs: number;
  due: Due | null;
}

export interface SessionRules {
  /** How long after its promise the server may still keep a session, at most. */
  readonly lateMs: (ttlMs: number) => number;
  readonly onRenewed: (session: Session) => void;
  readonly onEnd: (session: Session, why: Freed, by: string | null) => void;
}

/** Sessions with a time to live, as servers keep them: ended late, never early. */
export class Sessions {
  readonly #lock: LockWorld;
  readonly #rules: SessionRules;
  readonly #living = new Map<string, Session>();
  #made = 0;

  constructor(lock: LockWorld, rules: SessionRules) {
    this.#lock = lock;
    this.#rules = rules;
  }

  start(owner: Owner, ttlMs: number, id?: string): Session {
    this.#made += 1;
    const session: Session = { id: id ?? `s${this.#made}`, owner, ttlMs, untilMs: 0, due: null };
    this.#living.set(session.id, session);
    this.#keep(session, ttlMs);
    return session;
  }

  find(id: string): Session | undefined {
    return this.#living.get(id);
  }

  renew(session: Session): void {
    this.#keep(session, session.ttlMs);
    this.#rules.onRenewed(session);
  }

  extend(session: Session, ms: number): void {
    this.#keep(session, session.untilMs - this.#lock.world.nowMs + ms);
    this.#rules.onRenewed(session);
  }

  end(session: Session, why: Freed, by: string | null): void {
    if (!this.#living.delete(session.id)) return;
    if (session.due !== null) session.due.cancelled = true;
    this.#rules.onEnd(session, why, by);
  }

  renewAll(): void {
    for (const session of this.#living.values()) this.renew(session);
  }

  endAll(why: Freed): void {
    for (const session of [...this.#living.values()]) this.end(session, why, null);
  }

  #keep(session: Session, ms: number): void {
    const { world } = this.#lock;
    if (session.due !== null) session.due.cancelled = true;
    session.untilMs = world.nowMs + ms;
    const lateMs = this.#rules.lateMs(session.ttlMs) * draw(world.seed, 'late', session.id, world.nowMs);
    session.due = world.after(ms + lateMs, () => {
      // A server that is down ends nothing; it starts every lease anew when it is back.
      if (this.#lock.isUp()) this.end(session, 'expired', null);
    });
  }
}
