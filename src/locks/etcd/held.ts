import type { Held } from '../backend.ts';
import { BOARD_DEADLINE_MS } from '../board.ts';
import type { Gateway } from './gateway.ts';
import { endOf, holderOf, LINE_MAX, type Place, placesIn, toWire } from './line.ts';
import { EtcdProblem, failureOf } from './problem.ts';

/** Who is first in the line of keys with this prefix, and so has the lock. */
export async function heldIn(
  gateway: Gateway,
  prefix: string,
  wallMs: number,
  signal: AbortSignal,
): Promise<Held | null> {
  const range = { key: toWire(prefix), range_end: toWire(endOf(prefix)), sort_target: 'CREATE', sort_order: 'ASCEND' };
  try {
    const everybody = { ...range, keys_only: true, limit: String(LINE_MAX) };
    const success = [{ request_range: { ...range, limit: '1' } }, { request_range: everybody }];
    const result = await gateway.call('kv/txn', { success }, { deadlineMs: BOARD_DEADLINE_MS, signal });
    const [[first] = [], line = []] = placesIn(result, 2);
    if (first === undefined) return null;
    const holder = holderOf(first, wallMs, gateway.show);
    return { holder, waiting: line.length - 1, takeAway: (stop) => takeAway(gateway, first, stop) };
  } catch (error) {
    throw failureOf(error);
  }
}

/** The key goes first, for the next in line waits for it. With that the lock is taken away: the lease ends by itself, too. */
async function takeAway(gateway: Gateway, place: Place, signal: AbortSignal): Promise<boolean> {
  const key = toWire(place.key);
  const limits = { deadlineMs: BOARD_DEADLINE_MS, signal };
  const isSame = { key, target: 'CREATE', result: 'EQUAL', create_revision: place.createRevision };
  try {
    const body = { compare: [isSame], success: [{ request_delete_range: { key } }] };
    const { succeeded } = await gateway.call('kv/txn', body, limits);
    if (succeeded !== true) return false;
    if (place.lease === '0') return true;
    await gateway.call('lease/revoke', { ID: place.lease }, limits).catch((error: unknown) => {
      if (!(error instanceof EtcdProblem)) throw error;
    });
    return true;
  } catch (error) {
    throw failureOf(error);
  }
}
