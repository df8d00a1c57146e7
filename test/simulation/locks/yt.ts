import { renewTimeoutMs } from '../../../machines/lease-budget.ts';
import type { LockAnswer, LockServices } from '../../../machines/side-effects.ts';
import { Failed } from '../../../src/failure.ts';
import { type Lease, startLease } from '../../../src/locks/lease-clock.ts';
import type { Freed } from '../facts.ts';
import { Refusal } from '../network.ts';
import type { Process } from '../process.ts';
import { type LockService, type LockWorld, type Owner, ownerOf } from './lock-service.ts';
import { type Session, Sessions } from './sessions.ts';

const LATE_MS = 1_000;

interface Place {
  readonly lockId: string;
  readonly session: Session;
}

/** YT: a transaction with a timeout, an exclusive lock that is waited for in the server's own line, and pings. */
export class YtLock implements LockService {
  readonly #lock: LockWorld;
  readonly #sessions: Sessions;
  #line: Place[] = [];
  /** Only the lock of another is in the way: all that the holder asks for is its own at once. */
  #holder: Session | null = null;
  #places = 0;
  /** What was answered to a mutation: asked again, YT gives the same answer. */
  readonly #mutations = new Map<string, string>();

  constructor(lock: LockWorld) {
    this.#lock = lock;
    this.#sessions = new Sessions(lock, {
      lateMs: () => LATE_MS,
      onRenewed: (session) => this.#noteKept(session),
      onEnd: (session, why, by) => this.#leave(session, why, by),
    });
  }

  restart(): void {
    this.#sessions.renewAll();
  }

  extend(ms: number): void {
    if (this.#holder !== null) this.#sessions.extend(this.#holder, ms);
  }

  takeAway(why: Freed): void {
    if (why === 'wiped') this.#sessions.endAll(why);
    else if (this.#holder !== null) this.#sessions.end(this.#holder, why, null);
  }

  startTransaction(mutation: string, owner: Owner, timeoutMs: number): string {
    return this.#once(mutation, () => this.#sessions.start(owner, timeoutMs).id);
  }

  ping(transaction: string): void {
    this.#sessions.renew(this.#find(transaction));
  }

  abort(transaction: string, by: string): void {
    this.#sessions.end(this.#find(transaction), 'released', by);
  }

  /** Gets in line. */
  lock(mutation: string, transaction: string): string {
    return this.#once(mutation, () => {
      const session = this.#find(transaction);
      this.#places += 1;
      const place = { lockId: `l${this.#places}`, session };
      this.#line.push(place);
      this.#grant();
      return place.lockId;
    });
  }

  stateOf(lockId: string): { readonly state: 'acquired' | 'pending'; readonly ahead: number } {
    const holds = ({ session }: Place) => session === this.#holder;
    const listed = [...this.#line.filter(holds), ...this.#line.filter((place) => !holds(place))];
    const ahead = listed.findIndex((place) => place.lockId === lockId);
    if (ahead === -1) throw new Refusal('missing');
    return { state: holds(listed[ahead]!) ? 'acquired' : 'pending', ahead };
  }

  driver(process: Process, leaseMs: number): LockServices {
    return ytDriver(this, this.#lock, process, leaseMs);
  }

  #find(transaction: string): Session {
    const session = this.#sessions.find(transaction);
    if (session === undefined) throw new Refusal('gone');
    return session;
  }

  #once(mutation: string, act: () => string): string {
    const known = this.#mutations.get(mutation);
    if (known !== undefined) return known;
    const answer = act();
    this.#mutations.set(mutation, answer);
    return answer;
  }

  #leave(session: Session, why: Freed, by: string | null): void {
    this.#line = this.#line.filter((place) => place.session !== session);
    if (this.#holder === session) {
      this.#holder = null;
      this.#lock.world.note({ what: 'lockFreed', ...session.owner, session: session.id, why, by });
    }
    this.#grant();
  }

  #grant(): void {
    const first = this.#line[0];
    if (this.#holder !== null || first === undefined) return;
    this.#holder = first.session;
    this.#lock.world.note({ what: 'lockGranted', ...first.session.owner, session: first.session.id });
    this.#noteKept(first.session);
  }

  #noteKept(session: Session): void {
    if (this.#holder !== session) return;
    this.#lock.world.note({ what: 'lockKept', ...session.owner, session: session.id, untilMs: session.untilMs });
  }
}

interface Mine {
  readonly number: number;
  readonly lease: Lease;
  transaction: string | null;
  lockId: string | null;
  places: number;
}

/** What src/locks/yt does, request by request. */
function ytDriver(
  yt: YtLock,
  { network, mutant: { plants } }: LockWorld,
  process: Process,
  leaseMs: number,
): LockServices {
  const owner = ownerOf(process);
  const deadlineMs = Math.min(5_000, Math.floor(leaseMs / 2));
  let sessions = 0;
  let mine: Mine | null = null;

  const ask = <Answer>(name: string, serve: () => Answer, signal: AbortSignal, timeoutMs = deadlineMs) =>
    network.ask(process, 'lock', { name, serve, timeoutMs, signal });

  async function ping(session: Mine, signal: AbortSignal): Promise<void> {
    const mark = session.lease.sent();
    const limitMs = plants.has('renewalUnbounded') ? 86_400_000 : renewTimeoutMs(leaseMs);
    await ask('ping', () => yt.ping(session.transaction!), signal, limitMs);
    session.lease.renewedBy(plants.has('leaseFromReply') ? session.lease.sent() : mark);
  }

  async function request(session: Mine, signal: AbortSignal): Promise<LockAnswer> {
    const name = `${owner.run}.${session.number}`;
    session.transaction ??= await ask('start', () => yt.startTransaction(`${name}.start`, owner, leaseMs), signal);
    const { transaction } = session;
    session.lockId ??= await ask('lock', () => yt.lock(`${name}.lock.${session.places}`, transaction), signal);
    return look(session, signal);
  }

  async function look({ lockId, lease }: Mine, signal: AbortSignal): Promise<LockAnswer> {
    if (lockId === null) return { standing: 'gone', detail: 'there is no place' };
    const { state, ahead } = await ask('state', () => yt.stateOf(lockId), signal);
    const isHeld = state === 'acquired' || plants.has('pendingIsHeld');
    return {
      standing: isHeld ? 'held' : 'queued',
      holder: null,
      ahead: isHeld ? null : ahead,
      leaseLeftMs: lease.leftMs(),
    };
  }

  async function answer(look: (session: Mine) => Promise<LockAnswer>): Promise<LockAnswer> {
    const session = mine;
    if (session === null) return { standing: 'gone', detail: 'there is no transaction' };
    try {
      const found = await look(session);
      return mine === session ? found : { standing: 'gone', detail: 'the transaction has ended meanwhile' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'denied') throw new Failed('lockDenied', 'the token may not write here');
      if (error.code === 'gone' && mine === session) mine = null;
      if (error.code === 'missing') {
        session.lockId = null;
        session.places += 1;
      }
      return { standing: 'gone', detail: error.code };
    }
  }

  function newSession(): Mine {
    sessions += 1;
    const lease = startLease(leaseMs, process.clocks);
    return { number: sessions, lease, transaction: null, lockId: null, places: 0 };
  }

  return {
    requestLock(_, signal) {
      mine ??= newSession();
      return answer((session) => request(session, signal));
    },
    checkLock: (_, signal) => answer((session) => look(session, signal)),
    async renewLock(_, signal) {
      const session = mine;
      if (session === null) return { standing: 'gone', detail: 'there is no transaction' };
      if (session.transaction === null) throw new Failed('lockUnavailable', 'the transaction is not known yet');
      try {
        await ping(session, signal);
        return { standing: 'renewed', leaseLeftMs: session.lease.leftMs() };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code === 'denied') throw new Failed('lockDenied', 'the token may not ping');
        if (plants.has('goneIgnored')) {
          session.lease.renewedBy(session.lease.sent());
          return { standing: 'renewed', leaseLeftMs: session.lease.leftMs() };
        }
        if (mine === session) mine = null;
        return { standing: 'gone', detail: error.code };
      }
    },
    async releaseLock(_, signal) {
      const session = mine;
      if (session !== null) {
        const name = `${owner.run}.${session.number}`;
        session.transaction ??= await ask(
          'start',
          () => yt.startTransaction(`${name}.start`, owner, leaseMs),
          signal,
        ).catch(() => null);
        const { transaction } = session;
        if (transaction !== null) {
          await ask('abort', () => yt.abort(transaction, owner.run), signal).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
            if (error.code !== 'gone') throw new Failed('lockDenied', 'the token may not abort');
          });
        }
      }
      mine = null;
      return { released: true };
    },
  };
}
