import { renewTimeoutMs } from '../../../machines/lease-budget.ts';
import type { LockAnswer, LockServices } from '../../../machines/side-effects.ts';
import { Failed } from '../../../src/failure.ts';
import { startLease } from '../../../src/locks/lease-clock.ts';
import type { Freed } from '../facts.ts';
import { Refusal } from '../network.ts';
import type { Process } from '../process.ts';
import { type LockService, type LockWorld, type Owner, ownerOf } from './lock-service.ts';
import { type Session, Sessions } from './sessions.ts';

/** What tells etcd and Consul apart, for somebody who wants a lock. */
interface Kind {
  /** How long after its promise the server may still keep a session. */
  readonly lateMs: (ttlMs: number) => number;
  /** How long nobody gets the key after its session was lost, not released. */
  readonly lockDelayMs: number;
  /** etcd lets the client choose the id of its lease, so that asking again makes no second one. */
  readonly isIdChosen: boolean;
}

const KINDS = {
  etcd: { lateMs: () => 1_500, lockDelayMs: 0, isIdChosen: true },
  // A session's TTL is a lower bound: the server waits for twice as long.
  consul: { lateMs: (ttlMs: number) => ttlMs, lockDelayMs: 1_000, isIdChosen: false },
} satisfies Record<string, Kind>;

/** etcd and Consul: a key that one session at a time may have, and that is asked for again and again. */
export class SessionKeyLock implements LockService {
  readonly kind: Kind;
  readonly #lock: LockWorld;
  readonly #sessions: Sessions;
  #holder: Session | null = null;
  #freeFromMs = 0;

  constructor(lock: LockWorld, kind: keyof typeof KINDS) {
    this.#lock = lock;
    this.kind = KINDS[kind];
    this.#sessions = new Sessions(lock, {
      lateMs: this.kind.lateMs,
      onRenewed: (session) => this.#noteKept(session),
      onEnd: (session, why, by) => {
        if (this.#holder === session) this.#free(why, by);
      },
    });
  }

  restart(): void {
    this.#sessions.renewAll();
  }

  extend(ms: number): void {
    if (this.#holder !== null) this.#sessions.extend(this.#holder, ms);
  }

  takeAway(why: 'operator' | 'wiped' | 'cutShort'): void {
    if (why === 'wiped') this.#sessions.endAll(why);
    else if (this.#holder !== null && why === 'cutShort') this.#sessions.end(this.#holder, why, null);
    // An operator deletes the key, and leaves the session alone.
    else if (this.#holder !== null) this.#free(why, null);
  }

  createSession(owner: Owner, ttlMs: number, id: string | null): string {
    if (id !== null && this.#sessions.find(id) !== undefined) return id;
    return this.#sessions.start(owner, ttlMs, id ?? undefined).id;
  }

  renew(id: string): void {
    this.#sessions.renew(this.#find(id));
  }

  /** The one who has the key, once the session was put there if it was free. */
  acquire(id: string): Owner | null {
    const session = this.#find(id);
    if (this.#holder === null && this.#lock.world.nowMs >= this.#freeFromMs) {
      this.#holder = session;
      this.#lock.world.note({ what: 'lockGranted', ...session.owner, session: session.id });
      this.#noteKept(session);
    }
    return this.#holder?.owner ?? null;
  }

  holder(): Owner | null {
    return this.#holder?.owner ?? null;
  }

  /** Frees the key if the session has it, and ends the session. */
  release(id: string, by: string, isConditional: boolean): void {
    const session = this.#sessions.find(id);
    if (this.#holder !== null && (this.#holder === session || !isConditional)) this.#free('released', by);
    if (session !== undefined) this.#sessions.end(session, 'released', by);
  }

  driver(process: Process, leaseMs: number): LockServices {
    return sessionKeyDriver(this, this.#lock, process, leaseMs);
  }

  #find(id: string): Session {
    const session = this.#sessions.find(id);
    if (session === undefined) throw new Refusal('gone');
    return session;
  }

  #free(why: Freed, by: string | null): void {
    const { owner, id } = this.#holder!;
    this.#holder = null;
    if (why !== 'released') this.#freeFromMs = this.#lock.world.nowMs + this.kind.lockDelayMs;
    this.#lock.world.note({ what: 'lockFreed', ...owner, session: id, why, by });
  }

  #noteKept(session: Session): void {
    if (this.#holder !== session) return;
    this.#lock.world.note({ what: 'lockKept', ...session.owner, session: session.id, untilMs: session.untilMs });
  }
}

/** A session is made, the key is tried, again and again; a renewal renews the session and looks whose the key is. */
function sessionKeyDriver(
  server: SessionKeyLock,
  { network, mutant: { plants } }: LockWorld,
  process: Process,
  leaseMs: number,
): LockServices {
  const owner = ownerOf(process);
  const timeoutMs = Math.min(5_000, Math.floor(leaseMs / 2));
  let sessions = 0;
  let lease = startLease(leaseMs, process.clocks);
  let session: string | null = null;
  let chosen: string | null = null;
  let wasHeld = false;

  const ask = <Answer>(name: string, serve: () => Answer, signal: AbortSignal, limitMs = timeoutMs) =>
    network.ask(process, 'lock', { name, serve, timeoutMs: limitMs, signal });
  const isOurs = (found: Owner | null) =>
    found?.run === owner.run || (plants.has('adoptedByHost') && found?.node === owner.node);

  async function request(signal: AbortSignal): Promise<LockAnswer> {
    if (session !== null) return tryKey(session, signal);
    if (chosen === null || !server.kind.isIdChosen) {
      sessions += 1;
      chosen = server.kind.isIdChosen ? `${owner.run}.${sessions}` : null;
      // Counted from the first request: whoever answers late has kept it since then.
      lease = startLease(leaseMs, process.clocks);
    }
    const id = chosen;
    session = await ask('session', () => server.createSession(owner, leaseMs, id), signal);
    return tryKey(session, signal);
  }

  async function tryKey(id: string, signal: AbortSignal): Promise<LockAnswer> {
    const found = await ask('acquire', () => server.acquire(id), signal);
    const leaseLeftMs = lease.leftMs();
    if (!isOurs(found)) return { standing: 'queued', holder: null, ahead: null, leaseLeftMs };
    wasHeld = true;
    return { standing: 'held', holder: null, ahead: null, leaseLeftMs };
  }

  function orGone(error: unknown): LockAnswer {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'denied') throw new Failed('lockDenied', 'no permission for the key');
    session = null;
    chosen = null;
    return { standing: 'gone', detail: 'the session has ended' };
  }

  return {
    requestLock(_, signal) {
      wasHeld = false;
      return request(signal).catch(orGone);
    },
    async checkLock(_, signal) {
      if (session === null) return { standing: 'gone', detail: 'there is no session' };
      return tryKey(session, signal).catch(orGone);
    },
    async renewLock(_, signal) {
      const id = session;
      if (id === null) return { standing: 'gone', detail: 'there is no session' };
      try {
        const mark = lease.sent();
        const isHeld = wasHeld;
        const limitMs = plants.has('renewalUnbounded') ? 86_400_000 : renewTimeoutMs(leaseMs);
        const found = await ask(
          'renew',
          () => {
            server.renew(id);
            return server.holder();
          },
          signal,
          limitMs,
        );
        if (isHeld && !isOurs(found) && !plants.has('goneIgnored'))
          return { standing: 'gone', detail: 'the key is free' };
        lease.renewedBy(plants.has('leaseFromReply') ? lease.sent() : mark);
        return { standing: 'renewed', leaseLeftMs: lease.leftMs() };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === 'denied') throw new Failed('lockDenied', 'no permission to renew');
        // The answer to the renewal of a dead lease looks much like any other.
        if (plants.has('goneIgnored')) {
          lease.renewedBy(lease.sent());
          return { standing: 'renewed', leaseLeftMs: lease.leftMs() };
        }
        session = null;
        chosen = null;
        return { standing: 'gone', detail: 'the session has ended' };
      }
    },
    async releaseLock(_, signal) {
      const id = session ?? chosen;
      if (id !== null) {
        await ask('release', () => server.release(id, owner.run, !plants.has('releaseByKey')), signal).catch(
          (error: unknown) => {
            if (!(error instanceof Refusal) || error.code === 'denied')
              throw new Failed('lockUnavailable', 'not released');
          },
        );
      }
      session = null;
      chosen = null;
      wasHeld = false;
      return { released: true };
    },
  };
}
