import type { Gone, LockAnswer, RenewAnswer, Standing } from '../../../machines/side-effects.ts';
import { formatDuration } from '../../config/duration.ts';
import { Failed } from '../../failure.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Identity } from '../../identity.ts';
import type { LockDriver } from '../backend.ts';
import { type Clocks, systemClocks } from '../lease-clock.ts';
import { commonPrefix } from '../lock-name.ts';
import { ownerRecord } from '../owner-record.ts';
import { createEtcdBoard } from './board.ts';
import { createEtcdCommands } from './commands.ts';
import { createGateway } from './gateway.ts';
import { heldIn } from './held.ts';
import { holderOf } from './line.ts';
import { type EtcdProblem, failureOf, isEtcd } from './problem.ts';
import { drawLeaseId, leaseLeftMs, newSession, type Session } from './session.ts';
import type { User } from './tokens.ts';

export interface EtcdLockOptions {
  /** Base URLs, without a slash at the end. */
  readonly endpoints: readonly string[];
  /** As `etcdctl lock` takes it. */
  readonly name: string;
  readonly user: User | null;
  /** How long the lock outlives a holder that stopped renewing it; etcd counts in whole seconds. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly client: () => Promise<HttpClient>;
  readonly clocks?: Clocks;
  readonly note?: (line: string) => void;
  /** How long one check waits for a change. */
  readonly watchMs?: number;
  readonly newLeaseId?: () => bigint;
}

/**
 * An exclusive lock in etcd, waited for in the line that `etcdctl lock` keeps: a key for each who waits, attached to a
 * lease, and the oldest of them has the lock. A check waits until the one right before us has
 * gone; nothing else waits, and each call does one thing, once.
 */
export function createEtcdLock(options: EtcdLockOptions): LockDriver {
  const { endpoints, name, user, leaseMs, identity, client, clocks = systemClocks, note = () => {} } = options;
  const prefix = `${name}/`;
  const gateway = createGateway({ endpoints, client, user, note, prefix: commonPrefix(name) });
  const etcd = createEtcdCommands({ gateway, prefix, leaseMs, watchMs: options.watchMs ?? 5_000 });
  let session: Session | null = null;
  let isLengthNoted = false;

  /** What etcd says of our place, or that it has none of ours. */
  async function answer(ask: (mine: Session) => Promise<LockAnswer>): Promise<LockAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no lease of ours');
    try {
      const found = await ask(mine);
      // A renewal or a release that ended the session meanwhile knows better than an answer that was on its way.
      return session === mine ? found : gone('the lease has ended meanwhile');
    } catch (error) {
      if (!isEtcd(error, 'gone')) throw failureOf(error);
      drop(mine);
      return { standing: 'gone', detail: (error as EtcdProblem).message };
    }
  }

  /** Gets in line, or finds the place that we have. */
  async function request(mine: Session, signal: AbortSignal): Promise<LockAnswer> {
    if (mine.seconds === null) await grant(mine, signal);
    const { own, isFirst } = await etcd.join(mine.ticket, recordOf(mine), signal);
    mine.own = own;
    return isFirst ? held(mine) : look(mine, own, signal);
  }

  async function grant(mine: Session, signal: AbortSignal): Promise<void> {
    const isRepeated = mine.wasSent;
    mine.wasSent = true;
    try {
      keepLength(mine, await etcd.grant(mine.ticket, signal));
    } catch (error) {
      if (!isRepeated || !isEtcd(error, 'exists')) throw error;
      await keepAlive(mine, signal);
    }
  }

  async function keepAlive(mine: Session, signal: AbortSignal): Promise<void> {
    const mark = mine.lease.sent();
    keepLength(mine, await etcd.keepAlive(mine.ticket, signal));
    mine.lease.renewedBy(mark);
  }

  function keepLength(mine: Session, seconds: number): void {
    mine.seconds = seconds;
    if (isLengthNoted || seconds <= Math.ceil(leaseMs / 1000)) return;
    isLengthNoted = true;
    note(
      `lock_lease: etcd keeps the lock of a dead holder for ${seconds}s, longer than ${formatDuration(leaseMs)}: ` +
        'its election timeout allows no shorter lease',
    );
  }

  async function look(mine: Session, own: string, signal: AbortSignal): Promise<Standing> {
    const line = await etcd.look(mine.ticket, own, signal);
    mine.line = line;
    if (line.predecessor === null) return held(mine);
    const holder = line.first === null ? null : holderOf(line.first, clocks.wallMs(), gateway.show);
    const left = leaseLeftMs(mine, leaseMs);
    return { standing: 'queued', holder, ahead: line.ahead, leaseLeftMs: left, checkWaits: true };
  }

  function held(mine: Session): Standing {
    return { standing: 'held', holder: null, ahead: 0, leaseLeftMs: leaseLeftMs(mine, leaseMs) };
  }

  async function waitAndLook(mine: Session, signal: AbortSignal): Promise<LockAnswer> {
    const { own, line } = mine;
    if (own === null) return gone('our place in the line is not known');
    if (line === null || line.predecessor === null) return look(mine, own, signal);
    const watched = await etcd.watch(line.predecessor, line.revision, signal).catch((error: unknown) => {
      if (error instanceof Failed) throw error;
      return 'cut' as const;
    });
    const found = await look(mine, own, signal);
    const isSame = mine.line?.predecessor?.createRevision === line.predecessor.createRevision;
    if (found.standing === 'held') announce(mine, own);
    // Who was said to have gone and is still there is asked about again after a pause only.
    return found.standing === 'held' ? found : { ...found, checkWaits: watched === 'quiet' || !isSame };
  }

  /** Says since when the lock is ours. It is for people: nothing waits for it, and nothing is lost without it. */
  function announce(mine: Session, own: string): void {
    etcd.write(mine.ticket, own, recordOf(mine), new AbortController().signal).catch(() => {});
  }

  async function renewLock(_: null, signal: AbortSignal): Promise<RenewAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no lease to renew');
    const { own } = mine;
    if (own === null) throw new Failed('lockUnavailable', 'etcd: our place in the line is not known yet');
    // The lease may live on after its key was deleted by hand, and the key is what others see.
    const both = await Promise.allSettled([keepAlive(mine, signal), etcd.look(mine.ticket, own, signal)]);
    const errors: unknown[] = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    const ended = errors.find((error) => isEtcd(error, 'gone'));
    if (ended !== undefined) {
      drop(mine);
      return { standing: 'gone', detail: (ended as EtcdProblem).message };
    }
    if (errors.length > 0) throw failureOf(errors[0]);
    return { standing: 'renewed', leaseLeftMs: leaseLeftMs(mine, leaseMs) };
  }

  async function releaseLock(_: null, signal: AbortSignal): Promise<{ readonly released: true }> {
    const mine = session;
    if (mine?.wasSent) await giveBack(mine, signal);
    session = null;
    return { released: true };
  }

  /** The key goes first, for the next in line waits for it; a lease that stays behind ends by itself. */
  async function giveBack({ ticket, own }: Session, signal: AbortSignal): Promise<void> {
    try {
      if (own !== null) await etcd.leave(ticket, own, signal);
      await etcd.revoke(ticket, signal).catch((error: unknown) => {
        if (!isEtcd(error, 'gone') && (own === null || error instanceof Failed)) throw error;
      });
    } catch (error) {
      throw failureOf(error);
    }
  }

  function drop(mine: Session): void {
    if (session === mine) session = null;
  }

  /** What those who wait behind us read of us, as of now. */
  function recordOf({ claim }: Session): string {
    return JSON.stringify(ownerRecord(identity, claim, new Date(clocks.wallMs()).toISOString()));
  }

  return {
    requestLock: (claim, signal) => {
      session ??= newSession({ claim, prefix, leaseMs, clocks, newLeaseId: options.newLeaseId ?? drawLeaseId });
      return answer((mine) => request(mine, signal));
    },
    checkLock: (_, signal) => answer((mine) => waitAndLook(mine, signal)),
    renewLock,
    releaseLock,
    board: createEtcdBoard(gateway, `${name}.board/`),
    held: (signal) => heldIn(gateway, prefix, clocks.wallMs(), signal),
  };
}

function gone(what: string): Gone {
  return { standing: 'gone', detail: `etcd: ${what}` };
}
