import type { Holder } from '../../../machines/vocabulary.ts';
import { holderFrom } from '../holder.ts';

/** Reads one Cypress path. */
export type Read = (path: string, signal: AbortSignal) => Promise<unknown>;

/** Who is before us in the line for a lock. For people: nothing is decided by it. */
export interface Line {
  readonly holder: Holder | null;
  readonly ahead: number | null;
}

interface QueueOptions {
  /** The node that is locked. */
  readonly path: string;
  readonly read: Read;
  readonly wallMs: () => number;
}

interface ListedLock {
  readonly id: string;
  readonly state: string;
  readonly transactionId: string;
}

/** Tells who is before a lock that still waits. What cannot be read is null, never an error, unless it was aborted. */
export function createQueueReader({ path, read, wallMs }: QueueOptions) {
  let known: { readonly lockId: string; readonly record: unknown } | null = null;

  return async function readLine(lockId: string, signal: AbortSignal): Promise<Line> {
    const locks = await quietly(async () => listOf(await read(`${path}/@locks`, signal)), signal);
    if (locks === null) return { holder: null, ahead: null };
    const own = locks.findIndex(({ id }) => id === lockId);
    // Granted since its state was read: nobody is before it, and the next look finds it ours.
    if (locks[own]?.state === 'acquired') return { holder: null, ahead: 0 };
    const rivals = locks.filter((lock, at) => lock.state === 'acquired' || at < own);
    const holding = locks.find(({ state }) => state === 'acquired');
    const holder = holding === undefined ? null : await holderOf(holding, signal);
    return { holder, ahead: own === -1 ? null : rivals.length };
  };

  /** What a holder says of itself never changes, so it is read once. */
  async function holderOf({ id, transactionId }: ListedLock, signal: AbortSignal): Promise<Holder | null> {
    if (known?.lockId !== id) {
      const record = await quietly(() => readRecord(id, transactionId, signal), signal);
      if (record === null) return null;
      known = { lockId: id, record };
    }
    return holderFrom(known.record, wallMs());
  }

  async function readRecord(lockId: string, transactionId: string, signal: AbortSignal): Promise<object | null> {
    const attributes = await read(`#${transactionId}/@`, signal);
    if (typeof attributes !== 'object' || attributes === null) return null;
    // A transaction is older than its lock by all the time that it waited in line.
    const acquired = await quietly(() => read(`#${lockId}/@acquisition_time`, signal), signal);
    const { since, start_time: started } = attributes as { since?: unknown; start_time?: unknown };
    return { ...attributes, since: acquired ?? since ?? started };
  }
}

async function quietly<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** Snapshot locks exclude nobody. */
function listOf(value: unknown): readonly ListedLock[] {
  return (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const {
      id,
      state,
      mode,
      transaction_id: transactionId,
    } = (entry ?? {}) as Record<'id' | 'state' | 'mode' | 'transaction_id', unknown>;
    const isRead = typeof id === 'string' && typeof state === 'string' && typeof transactionId === 'string';
    return isRead && mode !== 'snapshot' ? [{ id, state, transactionId }] : [];
  });
}
