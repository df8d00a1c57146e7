import type { Holder } from '../../../machines/vocabulary.ts';
import { holderFrom } from '../holder.ts';
import { holderRecord } from './holder-record.ts';
import { isYt, YtProblem } from './problem.ts';

/** Reads one Cypress path. */
export type Read = (path: string, signal: AbortSignal) => Promise<unknown>;

/** Where a lock stands in the line. Only `state` is for deciding; who is before it is for people. */
export interface Line {
  /** What the list says of it; null when it could not be read or does not have it. */
  readonly state: string | null;
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

const UNKNOWN: Line = { state: null, holder: null, ahead: null };

/** Reads where a lock stands, in one request as long as the holder stays the same. What we may not read is null. */
export function createQueueReader({ path, read, wallMs }: QueueOptions) {
  let known: { readonly lockId: string; readonly record: unknown } | null = null;

  return { readLine, readHolding, isHolding };

  async function readLine(lockId: string, signal: AbortSignal): Promise<Line> {
    const locks = listOf(await readList(signal));
    const own = locks.findIndex(({ id }) => id === lockId);
    const state = locks[own]?.state ?? null;
    if (state !== 'pending') return { ...UNKNOWN, state };
    const rivals = locks.filter((lock, at) => lock.state === 'acquired' || at < own);
    const holding = locks.find((lock) => lock.state === 'acquired');
    const holder = holding === undefined ? null : await holderOf(holding, signal);
    return { state, holder, ahead: rivals.length };
  }

  /** The transaction that has the lock, what it says of itself, and how many wait for it; null where none has. */
  async function readHolding(signal: AbortSignal) {
    const locks = listOf(await readListed(signal));
    const holding = locks.find((lock) => lock.state === 'acquired');
    if (holding === undefined) return null;
    const waiting = locks.filter((lock) => lock.state === 'pending').length;
    const { id: lockId, transactionId } = holding;
    return { lockId, transactionId, holder: await holderOf(holding, signal), waiting };
  }

  /** Whether that very lock is still the one that is held. */
  async function isHolding(lockId: string, signal: AbortSignal): Promise<boolean> {
    return listOf(await readListed(signal)).some(({ id, state }) => id === lockId && state === 'acquired');
  }

  async function readListed(signal: AbortSignal): Promise<readonly unknown[]> {
    const listed = await read(`${path}/@locks`, signal);
    if (Array.isArray(listed)) return listed;
    throw new YtProblem('transient', 'YT: an answer that is no list of locks; is yt_proxy the address of a YT proxy?');
  }

  /** Null when we may not read it. When it just could not be read now, the whole question failed. */
  async function readList(signal: AbortSignal): Promise<unknown> {
    return read(`${path}/@locks`, signal).catch((error: unknown) => {
      const isForbidden = isYt(error, 'denied') || isYt(error, 'missing');
      if (signal.aborted || (error instanceof YtProblem && !isForbidden)) throw error;
      return null;
    });
  }

  /** What a holder says of itself never changes, so it is read once. */
  async function holderOf({ id, transactionId }: ListedLock, signal: AbortSignal): Promise<Holder> {
    if (known?.lockId !== id) {
      const record = await readRecord(id, transactionId, signal);
      if (record === null) return holderFrom({ transaction: transactionId }, wallMs());
      known = { lockId: id, record };
    }
    return holderFrom(known.record, wallMs());
  }

  async function readRecord(lockId: string, transaction: string, signal: AbortSignal): Promise<object | null> {
    const attributes = await quietly(() => read(`#${transaction}/@`, signal), signal);
    if (typeof attributes !== 'object' || attributes === null) return null;
    // A transaction is older than its lock by all the time that it waited in line.
    const acquired = await quietly(() => read(`#${lockId}/@acquisition_time`, signal), signal);
    const { since, start_time: started } = attributes as { since?: unknown; start_time?: unknown };
    return { ...holderRecord(attributes), transaction, since: acquired ?? since ?? started };
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
