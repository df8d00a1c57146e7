import type { Claim, Gone, LockAnswer, RenewAnswer, Standing } from '../../../machines/side-effects.ts';
import { Failed } from '../../failure.ts';
import type { Identity } from '../../identity.ts';
import type { KubernetesApi } from '../../kubernetes/api.ts';
import { isKubernetes } from '../../kubernetes/problem.ts';
import type { LockDriver } from '../backend.ts';
import { type Clocks, systemClocks } from '../lease-clock.ts';
import { ownerRecord } from '../owner-record.ts';
import { requestLimits } from '../request-limits.ts';
import { createKubernetesBoard } from './board.ts';
import { failureOf } from './failures.ts';
import { heldIn } from './held.ts';
import { createHolding, type Holding } from './holding.ts';
import { createMicroTimes, holderOf, type Lease } from './lease.ts';
import { createLeases, type LeaseName, type Leases, type Watched } from './leases.ts';
import { createObservation } from './observation.ts';

export interface KubernetesLockOptions {
  readonly name: LeaseName;
  /** How long the lock outlives a holder that stopped renewing it; Leases count in whole seconds. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly connect: () => Promise<KubernetesApi>;
  readonly clocks?: Clocks;
  readonly note?: (line: string) => void;
  /** How long one check waits for a change. */
  readonly watchMs?: number;
}

/**
 * An exclusive lock as a Lease of Kubernetes, by the rules of client-go's leader election: who finds it free, or has seen
 * it unchanged for as long as its holder said, writes itself into it, and the API server lets one of them do so. A check
 * waits by a watch until the holder has given it back.
 */
export function createKubernetesLock(options: KubernetesLockOptions): LockDriver {
  const { name, leaseMs, identity, connect, clocks = systemClocks, note = () => {}, watchMs = 5_000 } = options;
  const { usualMs } = requestLimits(leaseMs);
  const leases: Leases = createLeases(connect, name);
  const observation = createObservation(clocks.monotonicMs, leaseMs);
  const newMicroTime = createMicroTimes(clocks.wallMs);
  let place: Holding | null = null;
  /** The Lease as we saw it last; null: there is none, or it is not known. */
  let last: Lease | null = null;
  let mayWatch = true;

  function placeOf(claim: Claim): Holding {
    const { title } = ownerRecord(identity, claim, '');
    return createHolding({ leases, leaseMs, title, clocks, newMicroTime });
  }

  async function answer(ask: (mine: Holding) => Promise<LockAnswer>): Promise<LockAnswer> {
    const mine = place;
    if (mine === null) return gone('the lock was not asked for');
    try {
      const found = await ask(mine);
      if (found.standing === 'gone' && place === mine) place = null;
      // A renewal or a release that ended it meanwhile knows better than an answer that was on its way.
      return place === mine || found.standing === 'gone' ? found : gone('it was given back meanwhile');
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Looks at the Lease, and takes it where that may be done. */
  async function look(mine: Holding, signal: AbortSignal): Promise<LockAnswer> {
    const limits = { deadlineMs: usualMs, signal };
    last = await leases.read(limits);
    const wasHeld = mine.isHeld();
    if (mine.recognizes(last)) return standing(mine);
    if (wasHeld) return gone(last === null ? 'the Lease was deleted' : 'another one has the Lease');
    return takeOrWait(mine, signal);
  }

  async function takeOrWait(mine: Holding, signal: AbortSignal): Promise<LockAnswer> {
    const isFree = last === null || last.holder === '' || observation.leftMs(last) === 0;
    if (!isFree) return standing(mine);
    if (signal.aborted) throw new Failed('aborted', 'Kubernetes: stopped before the Lease was asked for');
    try {
      last = await mine.take(last, usualMs);
    } catch (error) {
      if (!isKubernetes(error, 'exists', 'conflict')) throw error;
      // Somebody was faster.
      last = await leases.read({ deadlineMs: usualMs, signal });
      if (last !== null) observation.see(last);
      mine.recognizes(last);
    }
    return standing(mine);
  }

  function standing(mine: Holding): Standing {
    const leaseLeftMs = mine.leaseLeftMs();
    if (mine.isHeld()) return { standing: 'held', holder: null, ahead: 0, leaseLeftMs };
    const isTaken = last !== null && last.holder !== '';
    return {
      standing: 'queued',
      holder: isTaken ? holderOf(last!, clocks.wallMs()) : null,
      // Nobody knows who else waits, and whose turn it is.
      ahead: null,
      leaseLeftMs,
      checkWaits: mayWatch,
    };
  }

  async function waitAndLook(mine: Holding, signal: AbortSignal): Promise<LockAnswer> {
    const before = last;
    const isSettled = !mine.isHeld() && !mine.isUnsure() && before !== null && before.holder !== '';
    if (!isSettled || !mayWatch) return look(mine, signal);
    const waitMs = Math.min(watchMs, observation.leftMs(before));
    const began = clocks.monotonicMs();
    const watched = waitMs === 0 ? 'quiet' : await watch(before, waitMs, signal);
    if (typeof watched === 'object') {
      last = watched.lease;
      if (last !== null) observation.see(last);
      return takeOrWait(mine, signal);
    }
    const found = await look(mine, signal);
    // A watch that ends before its time, and brings nothing, is opened again after a pause only.
    const isEarly = watched === 'cut' || clocks.monotonicMs() - began < waitMs / 2;
    return found.standing === 'queued' && isEarly && waitMs > 0 ? { ...found, checkWaits: false } : found;
  }

  async function watch(before: Lease, deadlineMs: number, signal: AbortSignal): Promise<Watched> {
    const isEnough = (lease: Lease | null): boolean => {
      if (lease !== null) observation.see(lease);
      return lease === null || lease.holder !== before.holder;
    };
    try {
      return await leases.watch(before.version, isEnough, { deadlineMs, signal });
    } catch (error) {
      if (error instanceof Failed) throw error;
      if (isKubernetes(error, 'forbidden')) {
        mayWatch = false;
        note(`${error.message}: the lock is asked about again and again; docs/lock-kubernetes.md has the Role`);
      }
      return 'cut';
    }
  }

  async function renewLock(_: null, signal: AbortSignal): Promise<RenewAnswer> {
    const mine = place;
    if (mine === null) return gone('the lock was not asked for');
    try {
      const lost = await mine.renew(signal);
      if (lost === null) return { standing: 'renewed', leaseLeftMs: mine.leaseLeftMs() };
      if (place === mine) place = null;
      return gone(lost);
    } catch (error) {
      throw failureOf(error);
    }
  }

  async function releaseLock(_: null, signal: AbortSignal): Promise<{ readonly released: true }> {
    try {
      await place?.giveBack(signal);
    } catch (error) {
      throw failureOf(error);
    }
    place = null;
    return { released: true };
  }

  return {
    requestLock: (claim, signal) => {
      place ??= placeOf(claim);
      return answer((mine) => look(mine, signal));
    },
    checkLock: (_, signal) => answer((mine) => waitAndLook(mine, signal)),
    renewLock,
    releaseLock,
    held: (signal) => heldIn(leases, { wallMs: clocks.wallMs, newMicroTime }, { deadlineMs: usualMs, signal }),
    board: createKubernetesBoard(connect, name),
  };
}

function gone(what: string): Gone {
  return { standing: 'gone', detail: `Kubernetes: ${what}` };
}
