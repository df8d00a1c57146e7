import { askOnceMore } from '../../ask-again.ts';
import { inTime } from '../../in-time.ts';
import { isKubernetes } from '../../kubernetes/problem.ts';
import type { Json } from '../../kubernetes/reply.ts';
import { type Clocks, startLease } from '../lease-clock.ts';
import { requestLimits } from '../request-limits.ts';
import { type Lease, leaseWith, secondsOf } from './lease.ts';
import type { Leases, Limits } from './leases.ts';

/** What we have of a Lease, or may have. */
export interface Holding {
  isHeld(): boolean;
  /** We have written ourselves into it, and perhaps nobody has seen the answer. */
  isUnsure(): boolean;
  /** Whether the Lease, as it was read just now, says that it is ours; what was unsure is known then. */
  recognizes(lease: Lease | null): boolean;
  /**
   * Writes us into a Lease that is free, or makes it, and is not to be stopped on the way: the server may have it already.
   * Rejects with `exists` or `conflict` where another was faster.
   */
  take(lease: Lease | null, deadlineMs: number): Promise<Lease>;
  /** Null, or how it was lost. Who only waits has nothing to renew. */
  renew(signal: AbortSignal): Promise<string | null>;
  /** Waits for a `take` that is under way, as long as a request may take: whoever looked before that arrives would find nothing to give back. */
  giveBack(signal: AbortSignal): Promise<void>;
  /** Counted from the first request by which it may have become ours. */
  leaseLeftMs(): number;
}

interface HoldingOptions {
  readonly leases: Leases;
  readonly leaseMs: number;
  /** By what others know us; no other run has the same. */
  readonly title: string;
  readonly clocks: Clocks;
  readonly newMicroTime: () => string;
}

export function createHolding({ leases, leaseMs, title, clocks, newMicroTime }: HoldingOptions): Holding {
  const { usualMs, renewMs, releaseMs } = requestLimits(leaseMs);
  const leaseDurationSeconds = secondsOf(leaseMs);
  let held: Lease | null = null;
  /** Counts from the sending of the first request that may have made it ours; null: none has. */
  let counted: ReturnType<typeof startLease> | null = null;
  let taking: Promise<Lease> | null = null;

  function recognizes(lease: Lease | null): boolean {
    // One in our name of which we know nothing is another's: nobody knows since when it counts.
    const isOurs = counted !== null && lease?.holder === title && (held === null || held.uid === lease.uid);
    held = isOurs ? lease : null;
    if (!isOurs) counted = null;
    return isOurs;
  }

  function take(lease: Lease | null, deadlineMs: number): Promise<Lease> {
    counted ??= startLease(leaseMs, clocks);
    taking = write(lease, { deadlineMs, signal: new AbortController().signal });
    return taking;
  }

  async function write(lease: Lease | null, limits: Limits): Promise<Lease> {
    const now = newMicroTime();
    const spec = { holderIdentity: title, leaseDurationSeconds, acquireTime: now, renewTime: now };
    try {
      held =
        lease === null
          ? await leases.create({ ...spec, leaseTransitions: 0 }, limits)
          : (await leases.replace(leaseWith(lease, { ...spec, leaseTransitions: lease.transitions + 1 }), limits))
              .lease;
      return held;
    } catch (error) {
      // What has changed meanwhile may have been changed by us: a proxy may send a request twice.
      if (isKubernetes(error, 'credentials', 'unauthorized', 'forbidden', 'refused', 'stranger')) counted = null;
      throw error;
    }
  }

  /** One update of what is ours, and one more where it has another version by now. Null: it is ours no longer. */
  async function update(spec: () => Json, limits: Limits): Promise<{ lease: Lease; isNew: boolean } | null> {
    let ours: Lease | null = held;
    const replace = async () => ours && leases.replace(leaseWith(ours, spec()), limits);
    return askOnceMore(replace, async (refusal) => {
      if (!isKubernetes(refusal, 'conflict', 'notFound')) return false;
      const found = await leases.read(limits);
      ours = found !== null && found.uid === ours?.uid && found.holder === title ? found : null;
      if (ours !== null) held = ours;
      return true;
    });
  }

  async function renew(signal: AbortSignal): Promise<string | null> {
    if (held === null) return null;
    const mark = counted?.sent();
    const done = await update(() => ({ leaseDurationSeconds, renewTime: newMicroTime() }), {
      deadlineMs: renewMs,
      signal,
    });
    if (done === null || done.isNew) {
      held = null;
      counted = null;
      return done === null
        ? 'the Lease was deleted, or another one has it'
        : 'the Lease was deleted, and our renewal has made a new one';
    }
    held = done.lease;
    if (mark !== undefined) counted?.renewedBy(mark);
    return null;
  }

  async function giveBack(signal: AbortSignal): Promise<void> {
    if (held === null && counted === null) return;
    const limits = { deadlineMs: releaseMs, signal };
    if (taking !== null)
      await inTime(
        usualMs,
        taking.catch(() => null),
        null,
      );
    if (held === null) recognizes(await leases.read(limits));
    const now = newMicroTime();
    // As client-go does it: whoever comes next has nothing to wait for.
    await update(() => ({ holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now }), limits);
    held = null;
    counted = null;
  }

  return {
    isHeld: () => held !== null,
    isUnsure: () => held === null && counted !== null,
    recognizes,
    take,
    renew,
    giveBack,
    leaseLeftMs: () => (counted === null ? leaseMs : counted.leftMs()),
  };
}
