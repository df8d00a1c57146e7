import { renewEveryMs, renewTimeoutMs } from '../../../machines/lease-budget.ts';
import type { Claim, LockAnswer, RenewAnswer } from '../../../machines/side-effects.ts';
import { Failed } from '../../failure.ts';
import { isReadableOnTheWay } from '../../http/base-address.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Identity } from '../../identity.ts';
import type { LockDriver } from '../backend.ts';
import { type Clocks, systemClocks } from '../lease-clock.ts';
import { createYtApi } from './api.ts';
import { createYtBoard } from './board.ts';
import { createYtCommands } from './commands.ts';
import { createMutation } from './mutation.ts';
import { failureOf, isYt, YtProblem } from './problem.ts';
import { proxyUrl } from './proxy-url.ts';
import { createQueueReader } from './queue.ts';
import { newSession, type Session } from './session.ts';
import type { TokenFile } from './token.ts';

export interface YtLockOptions {
  /** A host, `host:port` or a URL. */
  readonly proxy: string;
  /** The Cypress node that is locked; it is created when it is missing. */
  readonly path: string;
  readonly token: () => Promise<TokenFile>;
  /** How long the lock outlives a holder that stopped renewing it. YT caps it at an hour. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly client: HttpClient;
  readonly clocks?: Clocks;
  /** Told once what does not stop a run but ought to be put right. */
  readonly note?: (line: string) => void;
}

/** A transaction may have gone since we last looked, and so may its successor; more than that is no accident. */
const roundsMax = 3;

/**
 * An exclusive lock on a Cypress node, waited for in the server's own line: the first to come is the first served. One
 * call makes one pass and never waits. Throws a `lockDenied` when an option is no good.
 */
export function createYtLock(options: YtLockOptions): LockDriver {
  const { path, leaseMs, identity, clocks = systemClocks, note = () => {} } = options;
  const proxy = proxyUrl(options.proxy);
  if (leaseMs > 3_600_000)
    throw new Failed('lockDenied', 'lock_lease: YT keeps no lock for longer than 1h after a renewal');
  const api = createYtApi({ proxy, client: options.client, token });
  const yt = createYtCommands({ api, path, leaseMs, renewTimeoutMs: renewTimeoutMs(leaseMs) });
  const readLine = createQueueReader({ path, read: readShown, wallMs: clocks.wallMs });
  let claim: Claim | null = null;
  let session: Session | null = null;
  let wasHeld = false;

  async function requestLock(input: Claim, signal: AbortSignal): Promise<LockAnswer> {
    claim = input;
    wasHeld = false;
    return answer(signal, true);
  }

  async function answer(signal: AbortSignal, renews: boolean): Promise<LockAnswer> {
    try {
      for (let round = 0; round < roundsMax; round += 1) {
        const found = await lookAgain(signal, renews);
        if (found !== null) return found;
      }
    } catch (error) {
      throw failureOf(error, ['denied', 'refused', 'exists']);
    }
    throw new Failed('lockUnavailable', `YT: the lock on ${path} is lost as soon as it is asked for`);
  }

  /** One round: null when the place in the line turned out to be gone, and another round gets in line anew. */
  async function lookAgain(signal: AbortSignal, renews: boolean): Promise<LockAnswer | null> {
    if (claim === null) throw new Failed('lockUnavailable', 'YT: the lock was not asked for');
    if (session === null) {
      if (wasHeld) throw lost('its transaction has ended');
      session = newSession({ leaseMs, clocks, identity, claim });
    }
    const mine = session;
    try {
      return await stand(mine, signal, renews);
    } catch (error) {
      const isGone = isYt(error, 'gone');
      if (!isGone && !(isYt(error, 'missing') && mine.lockId !== null)) throw error;
      if (isGone) drop(mine);
      // A lock that was ours is not taken again in silence: others may have had it in between.
      if (wasHeld) throw lost((error as YtProblem).message);
      if (!isGone) leaveLine(mine);
      return null;
    }
  }

  async function stand(mine: Session, signal: AbortSignal, renews: boolean): Promise<LockAnswer> {
    mine.transactionId ??= await yt.start(mine.starting, mine.attributes, signal);
    mine.lockId ??= await getInLine(mine, mine.transactionId, signal);
    // A request that needed many tries has used up its lease, which counts from the first of them.
    if (renews && mine.lease.leftMs() < leaseMs - renewEveryMs(leaseMs)) await ping(mine, mine.transactionId, signal);
    const line = await readLine(mine.lockId, signal);
    const state = line.state ?? (await yt.read(`#${mine.lockId}/@state`, signal));
    // A renewal or a release that ended the session meanwhile knows better than an answer that was on its way.
    if (session !== mine) throw new YtProblem('gone', 'YT: the transaction has ended meanwhile');
    if (state === 'acquired') {
      wasHeld = true;
      return { standing: 'held', holder: null, ahead: null, leaseLeftMs: mine.lease.leftMs() };
    }
    if (state !== 'pending') throw new YtProblem('transient', 'YT get: a lock that is neither acquired nor pending');
    const { holder, ahead } = line;
    return { standing: 'queued', holder, ahead, leaseLeftMs: mine.lease.leftMs() };
  }

  async function getInLine(mine: Session, transactionId: string, signal: AbortSignal): Promise<string> {
    try {
      return await yt.lock(mine.locking, transactionId, signal);
    } catch (error) {
      if (!isYt(error, 'missing')) throw error;
      await yt.createNode(mine.creating, signal);
      return yt.lock(mine.locking, transactionId, signal);
    }
  }

  async function ping(mine: Session, transactionId: string, signal: AbortSignal): Promise<void> {
    const mark = mine.lease.sent();
    await yt.ping(transactionId, signal);
    mine.lease.renewedBy(mark);
  }

  async function renewLock(_: null, signal: AbortSignal): Promise<RenewAnswer> {
    const mine = session;
    if (mine === null) return { standing: 'gone', detail: 'YT: there is no transaction to renew' };
    if (mine.transactionId === null) throw new Failed('lockUnavailable', 'YT: the transaction is not known yet');
    try {
      await ping(mine, mine.transactionId, signal);
      return { standing: 'renewed', leaseLeftMs: mine.lease.leftMs() };
    } catch (error) {
      if (!(error instanceof YtProblem) || error.reaction !== 'gone') throw failureOf(error, ['denied']);
      drop(mine);
      return { standing: 'gone', detail: error.message };
    }
  }

  async function releaseLock(_: null, signal: AbortSignal): Promise<{ readonly released: true }> {
    claim = null;
    const mine = session;
    const transactionId = mine === null ? null : await learnTransaction(mine, signal);
    if (mine !== null && transactionId !== null) {
      await yt.abort(mine.aborting, transactionId, signal).catch((error: unknown) => {
        if (!isYt(error, 'gone')) throw failureOf(error, ['denied', 'refused']);
      });
    }
    session = null;
    return { released: true };
  }

  /** A transaction whose id never came holds no lock, and ends by itself: it is asked for, and may stay unknown. */
  async function learnTransaction(mine: Session, signal: AbortSignal): Promise<string | null> {
    if (mine.transactionId === null && mine.starting.wasSent()) {
      mine.transactionId = await yt.start(mine.starting, mine.attributes, signal).catch((error: unknown) => {
        if (signal.aborted) throw failureOf(error, []);
        return null;
      });
    }
    return mine.transactionId;
  }

  function drop(mine: Session): void {
    if (session === mine) session = null;
  }

  function leaveLine(mine: Session): void {
    mine.lockId = null;
    mine.locking = createMutation();
    mine.creating = createMutation();
  }

  /** What others wrote about themselves is shown to people, and might hold anything. */
  async function readShown(at: string, signal: AbortSignal): Promise<unknown> {
    const value = await yt.read(at, signal);
    return JSON.parse(JSON.stringify(value), (_, each) => (typeof each === 'string' ? api.show(each) : each));
  }

  async function token(): Promise<string> {
    const { token: found, notes } = await options.token();
    for (const line of notes) note(line);
    if (isReadableOnTheWay(proxy))
      note(`yt_proxy: the token travels to ${proxy} in clear text: use https:// if it serves it`);
    return found;
  }

  function lost(detail: string): Failed {
    return new Failed('lockLost', `the lock on ${path} is no longer ours: ${detail}`);
  }

  return {
    requestLock,
    checkLock: (_, signal) => answer(signal, false),
    renewLock,
    releaseLock,
    board: createYtBoard(api, `${path}.board`),
  };
}
