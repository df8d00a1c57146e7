import { renewTimeoutMs } from '../../../machines/lease-budget.ts';
import type { Gone, LockAnswer, RenewAnswer } from '../../../machines/side-effects.ts';
import { showSecret } from '../../credentials/shown-secret.ts';
import { Failed } from '../../failure.ts';
import { formatOpenWay } from '../../http/base-address.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Identity } from '../../identity.ts';
import type { LockDriver } from '../backend.ts';
import { type Clocks, systemClocks } from '../lease-clock.ts';
import { createYtApi } from './api.ts';
import { createYtBoard } from './board.ts';
import { createYtCommands } from './commands.ts';
import { newGuid as randomGuid } from './guid.ts';
import { heldBy } from './held.ts';
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
  /** YT has refused that token: the file is to be read anew. */
  readonly tokenRefused?: () => void;
  /** How long the lock outlives a holder that stopped renewing it. YT caps it at an hour. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly client: HttpClient;
  readonly clocks?: Clocks;
  readonly newGuid?: () => string;
  /** Told once what does not stop a run but ought to be put right. */
  readonly note?: (line: string) => void;
}

/**
 * An exclusive lock on a Cypress node, waited for in the server's own line: the first to come is the first served. One
 * call does one thing, once, and never waits. Throws a `lockDenied` when an option is no good.
 */
export function createYtLock(options: YtLockOptions): LockDriver {
  const { path, leaseMs, identity, clocks = systemClocks, note = () => {} } = options;
  const { newGuid = randomGuid, tokenRefused = () => {} } = options;
  const proxy = proxyUrl(options.proxy);
  if (leaseMs > 3_600_000)
    throw new Failed('lockDenied', 'lock_lease: YT keeps no lock for longer than 1h after a renewal');
  const api = createYtApi({ proxy, client: options.client, token: showSecret(token, tokenRefused), newGuid });
  const yt = createYtCommands({ api, path, leaseMs, renewTimeoutMs: renewTimeoutMs(leaseMs) });
  const queue = createQueueReader({ path, read: readShown, wallMs: clocks.wallMs });
  let session: Session | null = null;
  let isNoted = false;

  /** What YT says of our place, or that it has none of ours. */
  async function answer(ask: (mine: Session) => Promise<LockAnswer>): Promise<LockAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no transaction of ours');
    try {
      const found = await ask(mine);
      // A renewal or a release that ended the session meanwhile knows better than an answer that was on its way.
      return session === mine ? found : gone('the transaction has ended meanwhile');
    } catch (error) {
      if (isYt(error, 'gone')) drop(mine);
      else if (isYt(error, 'missing') && mine.lockId !== null) leaveLine(mine);
      else throw failureOf(error, ['denied', 'refused', 'exists']);
      return { standing: 'gone', detail: (error as YtProblem).message };
    }
  }

  async function request(mine: Session, signal: AbortSignal): Promise<LockAnswer> {
    mine.transactionId ??= await yt.start(mine.starting, mine.attributes, signal);
    mine.lockId ??= await getInLine(mine, mine.transactionId, signal);
    return look(mine, signal);
  }

  async function look(mine: Session, signal: AbortSignal): Promise<LockAnswer> {
    if (mine.lockId === null) return gone('our place in the line is not known');
    const line = await queue.readLine(mine.lockId, signal);
    const state = line.state ?? (await yt.read(`#${mine.lockId}/@state`, signal));
    const leaseLeftMs = mine.lease.leftMs();
    if (state === 'acquired') return { standing: 'held', holder: null, ahead: null, leaseLeftMs };
    if (state !== 'pending') throw new YtProblem('transient', 'YT get: a lock that is neither acquired nor pending');
    const { holder, ahead } = line;
    return { standing: 'queued', holder, ahead, leaseLeftMs };
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

  async function renewLock(_: null, signal: AbortSignal): Promise<RenewAnswer> {
    const mine = session;
    if (mine === null) return gone('there is no transaction to renew');
    if (mine.transactionId === null) throw new Failed('lockUnavailable', 'YT: the transaction is not known yet');
    const mark = mine.lease.sent();
    try {
      await yt.ping(mine.transactionId, signal);
    } catch (error) {
      if (!isYt(error, 'gone')) throw failureOf(error, ['denied']);
      drop(mine);
      return { standing: 'gone', detail: (error as YtProblem).message };
    }
    mine.lease.renewedBy(mark);
    return { standing: 'renewed', leaseLeftMs: mine.lease.leftMs() };
  }

  async function releaseLock(_: null, signal: AbortSignal): Promise<{ readonly released: true }> {
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
    mine.locking = createMutation(newGuid);
    mine.creating = createMutation(newGuid);
  }

  /** What others wrote about themselves is shown to people, and might hold anything. */
  async function readShown(at: string, signal: AbortSignal): Promise<unknown> {
    return shownIn(await yt.read(at, signal), api.show);
  }

  async function token(): Promise<string> {
    const { token: found, notes } = await options.token();
    const openWay = formatOpenWay('yt_proxy', [proxy], 'token');
    for (const line of isNoted ? [] : [...notes, openWay]) if (line !== null) note(line);
    isNoted = true;
    return found;
  }

  return {
    requestLock: (claim, signal) => {
      session ??= newSession({ leaseMs, clocks, identity, claim, newGuid });
      return answer((mine) => request(mine, signal));
    },
    checkLock: (_, signal) => answer((mine) => look(mine, signal)),
    renewLock,
    releaseLock,
    board: createYtBoard(api, `${path}.board`),
    held: (signal) => heldBy(queue, yt, signal),
  };
}

function shownIn(value: unknown, show: (text: string) => string): unknown {
  if (typeof value === 'string') return show(value);
  if (Array.isArray(value)) return value.map((each) => shownIn(each, show));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shownIn(each, show)]));
}

function gone(what: string): Gone {
  return { standing: 'gone', detail: `YT: ${what}` };
}
