import type { Gone, LockAnswer, RenewAnswer, Standing } from '../../../machines/side-effects.ts';
import type { Holder } from '../../../machines/vocabulary.ts';
import type { ConsulAccess } from '../../consul/access.ts';
import type { Consul, Limits } from '../../consul/client.ts';
import { ConsulProblem, isConsul } from '../../consul/problem.ts';
import { Failed } from '../../failure.ts';
import type { Identity } from '../../identity.ts';
import type { LockDriver } from '../backend.ts';
import { holderFromText } from '../holder.ts';
import { type Clocks, systemClocks } from '../lease-clock.ts';
import { ownerRecord } from '../owner-record.ts';
import { requestLimits } from '../request-limits.ts';
import { createConsulBoard } from './board.ts';
import type { Seen } from './entry.ts';
import { heldNow, type OthersEntry } from './held.ts';
import { createLockKey, type LockKey } from './lock-key.ts';
import { failureOf } from './problem.ts';
import { leaseLeftMs, newSession, type Session } from './session.ts';
import { createSessions, type Sessions } from './sessions.ts';

export interface ConsulLockOptions {
  readonly access: ConsulAccess;
  /** As `consul lock` takes it. */
  readonly name: string;
  /** Null: the agent's own. */
  readonly datacenter: string | null;
  /** How long Consul keeps the lock at least for a holder that stopped renewing it. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly clocks?: Clocks;
  /** How long one check waits for a change. */
  readonly watchMs?: number;
}

/** A board of many nodes comes in one answer. */
const HTTP_LIMITS = { maxBytes: 4 * 1024 * 1024, maxConcurrent: 8 };

interface Service {
  readonly consul: Consul;
  readonly sessions: Sessions;
  readonly key: LockKey;
}

/**
 * An exclusive lock in Consul: the key of `consul lock`, acquired by a session. Consul keeps no line: when the key is free,
 * whoever asks first has it. A check waits until it is; nothing else waits, and each call does one thing, once.
 */
export function createConsulLock(options: ConsulLockOptions): LockDriver {
  const { access, name, datacenter, leaseMs, identity, clocks = systemClocks, watchMs = 5_000 } = options;
  const key = `${name}/.lock`;
  const { usualMs, renewMs, releaseMs } = requestLimits(leaseMs);
  let opened: Promise<Service> | null = null;
  let session: Session | null = null;
  let foreign: { readonly session: string; readonly title: string } | null = null;

  function service(): Promise<Service> {
    opened ??= access.open(HTTP_LIMITS).then((consul) => ({
      consul,
      sessions: createSessions({ consul, datacenter, leaseMs }),
      key: createLockKey({ consul, key, datacenter }),
    }));
    return opened;
  }

  /** What Consul says of our session and of the key, or that the session has ended. */
  async function answer(ask: (mine: Session, to: Service) => Promise<LockAnswer>): Promise<LockAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no session of ours');
    try {
      const found = await ask(mine, await service());
      // A renewal or a release that ended the session meanwhile knows better than an answer that was on its way.
      return session === mine ? found : gone('the session has ended meanwhile');
    } catch (error) {
      if (!isConsul(error, 'gone')) throw failureOf(error);
      drop(mine);
      return { standing: 'gone', detail: error.message };
    }
  }

  /** Makes a session, or takes the one that we have, and tries to get the key with it. */
  async function request(mine: Session, to: Service, signal: AbortSignal): Promise<LockAnswer> {
    const limits = { deadlineMs: usualMs, signal };
    mine.id ??= await to.sessions.create(titleOf(mine), limits);
    // A session without an end would keep the lock of a dead run for ever: what Consul made is looked at.
    if (mine.ttlMs === null) await renew(mine, mine.id, to, limits);
    return stand(mine, mine.id, await to.key.look(limits), to, limits);
  }

  async function waitAndStand(mine: Session, to: Service, signal: AbortSignal): Promise<LockAnswer> {
    const { id, waitsFor } = mine;
    if (id === null) return gone('our session is not known');
    const limits = { deadlineMs: renewMs, signal };
    if (waitsFor === null) return stand(mine, id, await to.key.look(limits), to, limits);
    const startedMs = clocks.monotonicMs();
    const seen = await to.key.lookAfter(waitsFor.index, watchMs, signal).catch((error: unknown) => {
      if (error instanceof ConsulProblem && error.mayHeal) return null;
      throw error;
    });
    const found = await stand(mine, id, seen ?? (await to.key.look(limits)), to, limits);
    const wasQuiet = clocks.monotonicMs() - startedMs >= watchMs / 2;
    const isSame = mine.waitsFor?.session === waitsFor.session;
    // A question that comes back at once with nothing new is asked again after a pause only.
    return found.standing === 'queued' && isSame && !wasQuiet ? { ...found, checkWaits: false } : found;
  }

  /** Where we stand as the key was seen; one that is free is tried to get. */
  async function stand(mine: Session, id: string, seen: Seen, to: Service, limits: Limits): Promise<Standing> {
    if (isOthers(seen, id)) return queued(mine, seen, to, limits);
    if (seen.entry?.session === id || (await to.key.acquire(id, recordOf(mine), limits))) return held(mine);
    const after = await to.key.look(limits);
    if (isOthers(after, id)) return queued(mine, after, to, limits);
    if (after.entry?.session === id) return held(mine);
    // It is free and nobody gets it: whoever had it lost it a moment ago (lock-delay).
    mine.waitsFor = null;
    return { standing: 'queued', holder: null, ahead: null, leaseLeftMs: leaseLeftMs(mine, leaseMs) };
  }

  function held(mine: Session): Standing {
    mine.holds = true;
    return { standing: 'held', holder: null, ahead: 0, leaseLeftMs: leaseLeftMs(mine, leaseMs) };
  }

  async function queued(mine: Session, { entry, index }: OthersKey, to: Service, limits: Limits): Promise<Standing> {
    mine.waitsFor = { session: entry.session, index };
    const holder = await holderOf(entry, to, limits);
    return { standing: 'queued', holder, ahead: null, leaseLeftMs: leaseLeftMs(mine, leaseMs), checkWaits: true };
  }

  /** Who has the lock, by the record that it wrote; others, such as `consul lock`, are known by their session alone. */
  async function holderOf({ value, session: id }: OthersEntry, to: Service, limits: Limits): Promise<Holder> {
    const shown = { wallMs: clocks.wallMs(), show: to.consul.show };
    const known = holderFromText(value, '', shown);
    if (known.host !== null) return known;
    if (foreign?.session !== id) {
      const words = await to.sessions.describe(id, limits).catch(() => null);
      foreign = { session: id, title: words ?? `the session ${id}` };
    }
    return holderFromText('', foreign.title, shown);
  }

  async function renew(mine: Session, id: string, to: Service, limits: Limits): Promise<void> {
    const mark = mine.lease.sent();
    mine.ttlMs = await to.sessions.renew(id, limits);
    mine.lease.renewedBy(mark);
  }

  async function renewLock(_: null, signal: AbortSignal): Promise<RenewAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no session to renew');
    const { id } = mine;
    if (id === null) throw new Failed('lockUnavailable', 'consul: our session is not known yet');
    const limits = { deadlineMs: renewMs, signal };
    try {
      const to = await service();
      // The session may live on after the key was deleted by hand, and the key is what others see.
      const both = await Promise.allSettled([renew(mine, id, to, limits), stillHeld(mine, id, to, limits)]);
      const errors: unknown[] = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      if (errors.length > 0) throw errors.find((error) => isConsul(error, 'gone')) ?? errors[0];
      return { standing: 'renewed', leaseLeftMs: leaseLeftMs(mine, leaseMs) };
    } catch (error) {
      if (!isConsul(error, 'gone')) throw failureOf(error);
      drop(mine);
      return { standing: 'gone', detail: error.message };
    }
  }

  async function stillHeld(mine: Session, id: string, to: Service, limits: Limits): Promise<void> {
    if (!mine.holds) return;
    const holder = await to.key.holder(limits);
    if (holder === id) return;
    const what =
      holder === undefined ? 'was deleted' : holder === null ? 'was taken from us' : 'is held by another session';
    throw new ConsulProblem('gone', `consul: the key ${key} ${what}`);
  }

  async function releaseLock(_: null, signal: AbortSignal): Promise<{ readonly released: true }> {
    const { id = null } = session ?? {};
    if (id !== null) await giveBack(id, { deadlineMs: releaseMs, signal });
    session = null;
    return { released: true };
  }

  /** The key goes first: that of a session which is destroyed while it has it is kept from all for the lock-delay. */
  async function giveBack(id: string, limits: Limits): Promise<void> {
    try {
      const { key: lockKey, sessions } = await service();
      await lockKey.release(id, limits);
      await sessions.destroy(id, limits);
    } catch (error) {
      throw failureOf(error);
    }
  }

  function drop(mine: Session): void {
    if (session === mine) session = null;
  }

  /** What those who wait read of us, as of now. */
  function recordOf({ claim }: Session): string {
    return JSON.stringify(ownerRecord(identity, claim, new Date(clocks.wallMs()).toISOString()));
  }

  function titleOf({ claim }: Session): string {
    return ownerRecord(identity, claim, '').title;
  }

  return {
    requestLock: (claim, signal) => {
      session ??= newSession(claim, leaseMs, clocks);
      return answer((mine, to) => request(mine, to, signal));
    },
    checkLock: (_, signal) => answer((mine, to) => waitAndStand(mine, to, signal)),
    renewLock,
    releaseLock,
    held: (signal) => heldNow({ service, holderOf, deadlineMs: usualMs }, signal),
    board: createConsulBoard({ consul: async () => (await service()).consul, prefix: `${name}.board/`, datacenter }),
  };
}

type OthersKey = Seen & { readonly entry: OthersEntry };

function isOthers(seen: Seen, id: string): seen is OthersKey {
  return (seen.entry?.session ?? id) !== id;
}

function gone(what: string): Gone {
  return { standing: 'gone', detail: `consul: ${what}` };
}
